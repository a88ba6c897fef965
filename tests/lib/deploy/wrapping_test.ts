// A deploy wrapped by ordinary functions: before, after, on failure, a step replaced, a whole task.

import { assert, assertEquals, assertRejects } from "@std/assert";
import { StepError } from "../../../lib/core/error.ts";
import { type Task, task } from "../../../lib/task/task.ts";
import { deploy, deployWith } from "../../../tasks/deploy.ts";
import { deploySteps } from "../../../lib/deploy/steps/mod.ts";
import { fakeContext } from "../../fake/context.ts";
import { type FakeServer, fakeServer } from "../../fake/server.ts";
import { user } from "./deploying.ts";

async function perform(own: Task, server: FakeServer = fakeServer(), options = {}) {
  const ctx = fakeContext({ config: user, servers: [server], options });
  await own(ctx);
  return {
    ctx,
    server,
    steps: ctx.ui.events.flatMap((event) => (event.type === "step" ? [event.title] : [])),
  };
}

Deno.test("a step can be given something before and after it", async () => {
  const server = fakeServer();
  const seen: [string, number][] = [];
  const note = (what: string) => seen.push([what, server.model.jails.size]);
  const { create } = deploySteps;
  const own = deployWith({
    ...deploySteps,
    start: {
      ...deploySteps.start,
      run: async (ctx, plan) => {
        note(`before ${plan.release}`);
        await deploySteps.start.run(ctx, plan);
        note("after");
      },
    },
    create: { ...create, run: async (ctx, plan) => (note("no jail yet"), await create.run(ctx, plan)) },
  });
  const { steps } = await perform(own, server);
  assertEquals(seen, [["no jail yet", 0], ["before 1-1a2b3c4", 1], ["after", 1]]);
  assertEquals(steps, (await perform(deploy)).steps);
});

Deno.test("an error of a wrapped step undoes the deploy", async () => {
  const server = fakeServer();
  const own = deployWith({
    ...deploySteps,
    check: {
      ...deploySteps.check,
      run: async (ctx, plan) => {
        await deploySteps.check.run(ctx, plan);
        throw new Error("the search is broken");
      },
    },
  });
  const error = await assertRejects(() => perform(own, server), StepError);
  assertEquals([error.title, (error.cause as Error).message], ["Check the app", "the search is broken"]);
  assertEquals([server.model.jails.size, server.model.trees.size], [0, 0]);
});

Deno.test("a step's failure can be told, and fails all the same", async () => {
  const server = fakeServer();
  server.illness = () => "500";
  const told: string[] = [];
  const own = deployWith({
    ...deploySteps,
    check: {
      ...deploySteps.check,
      run: (ctx, plan) =>
        deploySteps.check.run(ctx, plan).catch((error) => {
          told.push(plan.release);
          throw error;
        }),
    },
  });
  await assertRejects(() => perform(own, server), StepError);
  assertEquals(told, ["1-1a2b3c4"]);
});

Deno.test("a step can be replaced", async () => {
  const own = deployWith({
    ...deploySteps,
    migrate: { title: "Skip migrations", run: () => Promise.resolve() },
  });
  const { steps, server } = await perform(own);
  assert(steps.includes("Skip migrations") && !steps.includes("Migrate"));
  assertEquals(server.ran.filter(({ script }) => script.includes("bin/shop migrate")), []);
});

Deno.test("a whole task can be wrapped and keeps its options", async () => {
  const told: string[] = [];
  const own = task({
    ...deploy,
    run: async (ctx) => {
      await deploy(ctx);
      told.push("done");
    },
  });
  assertEquals([own.options, own.group, own.description], [deploy.options, deploy.group, deploy.description]);
  const { server } = await perform(own, fakeServer(), { plan: true });
  assertEquals([told, server.model.jails.size], [["done"], 0]);
  assertEquals((await perform(own)).server.model.jails.size, 1);
});
