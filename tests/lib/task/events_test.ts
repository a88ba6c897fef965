import { assert, assertEquals, assertRejects } from "@std/assert";
import type { UserConfig } from "../../../lib/config/field/types.ts";
import { AlcaideError, ConfigError, StepError, UsageError } from "../../../lib/core/error.ts";
import { taskEvents } from "../../../lib/task/events.ts";
import type { EventOptions } from "../../../lib/task/run_events.ts";
import { secrets } from "../../../lib/secrets/mod.ts";
import { task } from "../../../lib/task/task.ts";
import type { Event } from "../../../lib/ui/mod.ts";
import { deploy } from "../../../tasks/deploy.ts";
import { hostFile } from "../../../lib/commands/paths.ts";
import { parseHostState } from "../../../lib/server/host_state.ts";
import { fakeLocal } from "../../fake/context.ts";
import { fakeServer } from "../../fake/server.ts";
import { artifact } from "../deploy/deploying.ts";
import { directory as secretsDirectory } from "../secrets/directory.ts";
import type { Context } from "../../../lib/task/context.ts";

const config: UserConfig = { app: "shop", server: "root@203.0.113.7", build: { prebuilt: artifact } };

/** Runs on a server that exists only here. */
function onFake(server = fakeServer()): EventOptions {
  return { connect: () => server.remote, local: fakeLocal(), directory: "/home/me/shop" };
}

function titles(events: readonly Event[]): string[] {
  return events.flatMap((event) => (event.type === "step" ? [event.title] : []));
}

Deno.test("task.events() gives every event of a deploy, the result last", async () => {
  const events = await Array.fromAsync(deploy.events(config, onFake()));
  assertEquals(titles(events).slice(0, 3), ["Take the lock", "Read the facts", "Upload the release"]);
  const last = events.at(-1);
  assertEquals(last?.type, "result");
  assertEquals((last as { value: { release: string } }).value.release, "1-1a2b3c4");
});

Deno.test("taskEvents() does nothing before the first event is asked for", () => {
  const server = fakeServer();
  taskEvents(deploy, config, onFake(server));
  assertEquals(server.ran.length, 0);
});

Deno.test("taskEvents() throws what the task throws, after its events", async () => {
  const server = fakeServer();
  server.illness = () => "500";
  const seen: Event[] = [];
  const error = await assertRejects(async () => {
    for await (const event of deploy.events(config, onFake(server))) seen.push(event);
  }, StepError);
  assertEquals(error.title, "Check the app");
  assert(titles(seen).includes("Undo: Create the jail"));
});

Deno.test("taskEvents() throws when the configuration is wrong", async () => {
  const wrong = { ...config, app: "My-App" };
  await assertRejects(() => Array.fromAsync(deploy.events(wrong, onFake())), ConfigError);
});

Deno.test("taskEvents() undoes what was begun when the loop is left early", async () => {
  const server = fakeServer();
  for await (const event of deploy.events(config, onFake(server))) {
    if (event.type === "step" && event.title === "Start the app") break;
  }
  assertEquals([server.model.jails.size, server.model.trees.size, server.model.locks.size], [0, 0, 0]);
});

Deno.test("taskEvents() can be ended from elsewhere while an event is waited for", async () => {
  let ended = false;
  const began = Promise.withResolvers<void>();
  const wait = task("Wait", (ctx) =>
    new Promise((_, reject) => {
      ctx.signal.addEventListener("abort", () => {
        ended = true;
        reject(ctx.signal.reason);
      });
      began.resolve();
    }));
  const events = taskEvents(wait, config, onFake());
  const next = events.next();
  await began.promise;
  const { done } = await events.return();
  assertEquals([ended, done, (await next).done], [true, true, true]);
});

Deno.test("taskEvents() ends by a signal with its reason, after cleaning up", async () => {
  const server = fakeServer();
  const controller = new AbortController();
  const reason = new AlcaideError("Cannot wait any longer");
  const error = await assertRejects(async () => {
    for await (const event of deploy.events(config, { ...onFake(server), signal: controller.signal })) {
      if (event.type === "step" && event.title === "Start the app") controller.abort(reason);
    }
  }, StepError);
  assertEquals(error.cause, reason);
  assertEquals([server.model.jails.size, server.model.locks.size], [0, 0]);
});

Deno.test("taskEvents() gives a signal's reason where nothing had to be undone", async () => {
  const run = () =>
    Array.fromAsync(deploy.events(config, { ...onFake(), signal: AbortSignal.abort("enough") }));
  assertEquals(await run().catch((error) => error), "enough");
});

Deno.test("taskEvents() gives the task its words, options and environment, and ends with its status", async () => {
  const seen: unknown[] = [];
  const look = task({
    description: "Look",
    args: [{ name: "what", description: "" }],
    options: {
      deep: { type: "boolean", description: "" },
      far: { type: "number", description: "", default: 3 },
    },
    run: async (ctx) => {
      seen.push(ctx.args, ctx.options, ctx.config.app, await ctx.confirm("Sure?"));
      return 4;
    },
  });
  const events = look.events(({ environment }) => ({ ...config, app: environment ?? "none" }), {
    ...onFake(),
    args: ["x"],
    options: { deep: true },
    environment: "staging",
    yes: true,
  });
  assertEquals(await events.next(), { done: true, value: 4 });
  assertEquals(seen, [["x"], { deep: true, far: 3 }, "staging", true]);
});

Deno.test("taskEvents() runs several at once that know nothing of each other", async () => {
  const apps = ["shop", "blog", "wiki"];
  const done = await Promise.all(apps.map(async (app) => {
    const server = fakeServer();
    const events = await Array.fromAsync(deploy.events({ ...config, app }, onFake(server)));
    return [events.at(-1)?.type, [...server.model.jails.keys()]];
  }));
  assertEquals(done, apps.map((app) => ["result", [`${app}_blue`]]));
});

Deno.test("taskEvents() finds each configuration's own secrets, also of several that are read at once", async () => {
  const all = Promise.withResolvers<void>();
  let waiting = 0;
  const seen: string[] = [];
  const look = task("Look", (ctx) => Promise.resolve(void seen.push(Object.keys(ctx.config.env).join())));
  await Promise.all(["ONE", "TWO"].map(async (name) => {
    await using place = await secretsDirectory();
    await place.encrypt({ [name]: "x" });
    const read = async () => {
      if (++waiting === 2) all.resolve();
      await all.promise;
      return { ...config, env: await secrets().load() };
    };
    await Array.fromAsync(look.events(read, { ...onFake(), directory: place.path }));
  }));
  assertEquals(seen.sort(), ["ONE,PORT", "TWO,PORT"]);
});

const strict = task({
  description: "Look closely",
  args: [{ name: "depth", description: "", type: "number", optional: true }],
  options: {
    plan: { type: "boolean", description: "" },
    lines: { type: "number", description: "" },
    tone: { type: "string", choices: ["kind", "curt"], description: "" },
    tag: { type: "string", repeated: true, description: "" },
  },
  run: () => Promise.reject(new Error("it ran")),
});
const refused: readonly [options: EventOptions, message: string][] = [
  [{ options: { plna: true } }, 'Cannot understand the option "plna"'],
  [{ options: { plan: "yes" } }, 'Cannot use the option "plan": it must be a boolean'],
  [{ options: { lines: "many" } }, 'Cannot use the option "lines": "many" is not a number'],
  [{ options: { lines: true } }, 'Cannot use the option "lines": it must be a number'],
  [{ options: { tone: "kin" } }, 'Cannot use the option "tone": "kin" is not one of its values'],
  [{ options: { tag: "a" } }, 'Cannot use the option "tag": it must be a list'],
  [{ args: ["deep"] }, 'Cannot use DEPTH: "deep" is not a number'],
  [{ args: [1, 2] }, 'Cannot run "Look closely" with "1" and "2": it takes 1 argument'],
];
for (const [options, message] of refused) {
  Deno.test(`taskEvents() refuses ${JSON.stringify(options)} before anything begins`, async () => {
    await assertRejects(
      () => Array.fromAsync(strict.events(config, { ...onFake(), ...options })),
      UsageError,
      message,
    );
  });
}

Deno.test("taskEvents() hands a function that is no task whatever it is given", async () => {
  const seen: unknown[] = [];
  const plain = (ctx: Context) => Promise.resolve(void seen.push(ctx.args, ctx.options));
  const given = { args: [1], options: { odd: [true] } };
  await Array.fromAsync(taskEvents(plain, config, { ...onFake(), ...given }));
  assertEquals(seen, [given.args, given.options]);
});

Deno.test("taskEvents() runs any function", async () => {
  const plain = (ctx: Context) => Promise.resolve(ctx.ui.info(ctx.config.app));
  assertEquals(await Array.fromAsync(taskEvents(plain, config, onFake())), [{ type: "info", text: "shop" }]);
});

Deno.test("taskEvents() gives each of several new apps a place of its own on the same server", async () => {
  const server = fakeServer();
  const apps = ["shop", "blog", "wiki"];
  const ends = await Promise.all(apps.map(async (app) => {
    const events = await Array.fromAsync(
      deploy.events({ ...config, app, domain: `${app}.test`, tls: "off" as const }, onFake(server)),
    );
    return events.at(-1)?.type;
  }));
  assertEquals(ends, ["result", "result", "result"]);
  const places = Object.values(parseHostState(server.model.files.get(hostFile) ?? "").apps);
  assertEquals(new Set(places.flatMap(({ uid, blue, green }) => [uid, blue, green])).size, 9);
});

Deno.test("taskEvents() hands on many events in a time that grows with their number alone", async () => {
  const many = task("Say much", ({ ui }) => {
    for (let line = 0; line < 200_000; line++) ui.line("web", "a line");
    return Promise.resolve();
  });
  const began = Date.now();
  let count = 0;
  for await (const event of taskEvents(many, config, onFake())) if (event.type === "line") count++;
  assertEquals(count, 200_000);
  assert(Date.now() - began < 8_000);
});
