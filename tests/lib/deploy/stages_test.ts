// A deploy in stages: some servers first, and back on all of them when anything fails.

import { assertEquals, assertInstanceOf, assertMatch, assertStringIncludes } from "@std/assert";
import type { UserConfig } from "../../../lib/config/field/types.ts";
import { SplitError, StepError, UsageError } from "../../../lib/core/error.ts";
import { deploySteps } from "../../../lib/deploy/steps/mod.ts";
import { deploy, deployWith } from "../../../tasks/deploy.ts";
import { type FakeContext, fakeContext } from "../../fake/context.ts";
import { copyModel, recordOf, routedJail, wrongs } from "../../fake/model.ts";
import { type FakeServer, fakeServer } from "../../fake/server.ts";
import { serverAfter, user } from "./deploying.ts";

const once = await serverAfter(1);
const [old, next] = ["1-1a2b3c4", "2-1a2b3c4"];

interface Tried {
  readonly ctx: FakeContext;
  readonly all: readonly FakeServer[];
  readonly error: unknown;
}

/** Deploys to three servers; the one named goes wrong at a script that does something. */
async function deployThree(
  options: Readonly<Record<string, unknown>>,
  more: {
    answer?: boolean;
    fails?: { server: number; at: string; away?: true };
    task?: typeof deploy;
    config?: Partial<UserConfig>;
  } = {},
): Promise<Tried> {
  const all = ["a", "b", "c"].map((name) => fakeServer({ name, model: copyModel(once) }));
  const { answer, fails, task = deploy, config = {} } = more;
  if (fails !== undefined) {
    // The scripts are those of a deploy that goes well.
    const { all: well } = await deployThree({ stages: "1, 2, all" }, { config });
    const exec = (well[fails.server]?.ran.findIndex(({ names }) => names.includes(fails.at)) ?? -1) + 1;
    all[fails.server]?.plan(
      fails.away ? { exec, micro: 1, kind: "lost", then: "away" } : { exec, micro: 1, kind: "status" },
    );
  }
  const ctx = fakeContext({
    config: { ...user, ...config, server: ["a", "b", "c"] },
    servers: all,
    options,
    ...answer === undefined ? {} : { answer },
  });
  return { ctx, all, error: await task(ctx).then(() => undefined, (error) => error) };
}

function live({ all }: Tried): (string | undefined)[] {
  return all.map(({ model }) => routedJail(model, "shop")?.release);
}

function said({ ctx }: Tried): string[] {
  return ctx.ui.events.flatMap((event) =>
    event.type === "step" ? [event.title] : event.type === "info" ? [event.text] : []
  );
}

Deno.test("deploy --stages gives the traffic to some servers first, once all have been checked", async () => {
  const tried = await deployThree({ stages: "1, all" });
  assertEquals([tried.error, live(tried), tried.all.flatMap(({ model }) => wrongs(model, "shop"))], [
    undefined,
    [next, next, next],
    [],
  ]);
  const { route: { title: route }, verify: { title: verify }, check, drain, retire } = deploySteps;
  assertEquals(said(tried).slice(-9), [
    check.title,
    ...["Now stage 1 of 2 (a)", route, verify, "Now stage 2 of 2 (b and c)", route, verify],
    ...[drain.title, retire.title],
  ]);
  assertEquals(tried.ctx.ui.questions, []);
});

Deno.test("deploy --stages asks a person before the next stage", async () => {
  const tried = await deployThree({ stages: "1, all" }, { answer: true });
  assertEquals([live(tried), tried.ctx.ui.questions], [[next, next, next], [
    "Go on with stage 2 of 2 (b and c)?",
  ]]);
});

Deno.test("deploy --stages takes back what has switched when the answer is no", async () => {
  const tried = await deployThree({ stages: "1, all" }, { answer: false });
  assertInstanceOf(tried.error, StepError);
  assertMatch(String(tried.error.cause), /Stopped before stage 2 of 2 \(b and c\): the answer was no/);
  assertEquals(tried.error.undone[0], deploySteps.route.title);
  assertEquals([live(tried), tried.all.flatMap(({ model }) => wrongs(model, "shop"))], [[old, old, old], []]);
  assertEquals(tried.all.map(({ model }) => recordOf(model, "shop", next)?.state), [
    "failed",
    "failed",
    "failed",
  ]);
});

Deno.test("deploy --stages pauses instead of asking", async () => {
  const tried = await deployThree({ stages: "1, 2, all", pause: "0" }, { answer: false });
  assertEquals([tried.error, live(tried), tried.ctx.ui.questions], [undefined, [next, next, next], []]);
});

Deno.test("deploy --stages is interrupted in a pause, and takes all back", async () => {
  const task = deployWith({
    ...deploySteps,
    // The first stage alone has got it.
    verify: {
      ...deploySteps.verify,
      run: async (ctx, plan) => {
        await deploySteps.verify.run(ctx, plan);
        (ctx as FakeContext).interrupt();
      },
    },
  });
  const tried = await deployThree({ stages: "1, all", pause: "1h" }, { task });
  assertMatch(String((tried.error as Error).cause), /Interrupted/);
  assertEquals([live(tried), tried.all.flatMap(({ model }) => wrongs(model, "shop"))], [[old, old, old], []]);
});

const guard = { for: 60, maxErrors: "1%" };
for (const at of ["switchLive", "verifySite", "watchApp"]) {
  Deno.test(`deploy --stages takes all servers back when ${at} fails in the second stage`, async () => {
    const tried = await deployThree({ stages: "1, 2, all" }, { fails: { server: 1, at }, config: { guard } });
    assertInstanceOf(tried.error, StepError);
    assertEquals([live(tried), tried.all.flatMap(({ model }) => wrongs(model, "shop"))], [
      [old, old, old],
      [],
    ]);
    assertEquals(said(tried).includes("Now stage 3 of 3 (c)"), false);
  });
}

Deno.test("deploy --stages takes back the others when a server of the second stage goes away", async () => {
  const tried = await deployThree({ stages: "1, 2, all" }, {
    fails: { server: 1, at: "verifySite", away: true },
  });
  assertInstanceOf(tried.error, SplitError);
  assertEquals([live(tried)[0], live(tried)[2]], [old, old]);
});

Deno.test("deploy --stages with all servers in one stage is a deploy as usual", async () => {
  const tried = await deployThree({ stages: "all" });
  assertEquals([tried.error, live(tried)], [undefined, [next, next, next]]);
  assertStringIncludes(tried.ctx.ui.text(), "All servers are in one stage: the traffic moves at once");
});

Deno.test("deploy --stages --plan shows the stages", async () => {
  const { ctx } = await deployThree({ stages: "1, all", pause: "60", plan: true });
  assertStringIncludes(
    ctx.ui.results[0] ?? "",
    "\nThe traffic moves in 2 stages, with 60 s between:\n  stage 1 of 2 (a)\n  stage 2 of 2 (b and c)\n",
  );
  assertMatch(ctx.ui.text(), /"server":"a"[^{]*"stage":1,.*"server":"b"[^{]*"stage":2,/s);
});

const refused = [
  { options: { stages: "5, all" }, says: 'Cannot use --stages "5, all": 5 is more than the 3 servers' },
  { options: { stages: "1, all", pause: "soon" }, says: 'Cannot pause for "soon"' },
  { options: { pause: "60" }, says: "Cannot use --pause without --stages" },
];
for (const { options, says } of refused) {
  Deno.test(`deploy() refuses ${JSON.stringify(options)} before it does anything`, async () => {
    const { error, all } = await deployThree(options);
    assertInstanceOf(error, UsageError);
    assertEquals([error.message, error.hint === undefined, all.flatMap(({ ran }) => ran)], [says, false, []]);
  });
}
