import { assertEquals, assertRejects } from "@std/assert";
import {
  InterruptedError,
  LeftError,
  StepError,
  takenOver,
  TakenOverError,
} from "../../../lib/core/error.ts";
import { pipeline } from "../../../lib/task/pipeline.ts";
import { quietWhen, type Step, type StepContext } from "../../../lib/task/step.ts";
import { ServersError } from "../../../lib/remote/servers.ts";
import { memoryUi } from "../../fake/memory_ui.ts";

type Steps = Record<string, Step<StepContext, string[]>>;

interface Case {
  readonly name: string;
  /** Steps that fail, and undo steps that fail. */
  readonly fails: readonly string[];
  /** The events in order: `a` for a run, `-a` for an undo. */
  readonly happened: string;
  readonly undone?: readonly string[];
  readonly undoFailures?: number;
  readonly warnings?: number;
}

// b commits nothing, c commits, d comes after; b has no undo.
const cases: readonly Case[] = [
  { name: "all go well", fails: [], happened: "a b c d" },
  { name: "the first fails", fails: ["a"], happened: "a -a", undone: ["A"] },
  { name: "one without undo fails", fails: ["b"], happened: "a b -a", undone: ["A"] },
  { name: "the committing step fails", fails: ["c"], happened: "a b c -c -a", undone: ["C", "A"] },
  { name: "one after the commit fails", fails: ["d"], happened: "a b c d", warnings: 1 },
  {
    name: "undoing fails, which ends it",
    fails: ["c", "-c"],
    happened: "a b c -c",
    undone: [],
    undoFailures: 1,
  },
  {
    name: "undoing the last fails",
    fails: ["c", "-a"],
    happened: "a b c -c -a",
    undone: ["C"],
    undoFailures: 1,
  },
];

for (const one of cases) {
  Deno.test(`pipeline() when ${one.name}: ${one.happened}`, async () => {
    const { happened, error, ui } = await play(one.fails);
    assertEquals(happened, one.happened);
    assertEquals(error?.undone, one.undone);
    assertEquals(error?.undoFailures.length ?? 0, one.undoFailures ?? 0);
    assertEquals(ui.events.filter((event) => event.type === "warning").length, one.warnings ?? 0);
  });
}

Deno.test("pipeline() names the step that failed and keeps the cause", async () => {
  const { error } = await play(["c"]);
  assertEquals([error?.title, (error?.cause as Error).message], ["C", "c failed"]);
});

Deno.test("pipeline() runs a step that has nothing to do, and doesn't name it unless it fails or is wrapped", async () => {
  const told = async (idle: boolean, wrap: boolean, error?: Error) => {
    const ran: string[] = [];
    const run = (_ctx: StepContext, plan: string[]) => (
      plan.push("b"), error ? Promise.reject(error) : Promise.resolve()
    );
    const step = quietWhen({ title: "B", run }, () => idle);
    const ui = memoryUi();
    await pipeline({ ui, signal: new AbortController().signal }, ran, {
      a: { title: "A", run: () => Promise.resolve() },
      b: wrap ? { ...step, run: (ctx, plan) => step.run(ctx, plan) } : step,
      c: { title: "C", run: () => Promise.resolve() },
    }).catch(() => ui.info("failed"));
    const said = ui.events.filter(({ type }) => type !== "done");
    return [ran.join(), said.map((event) => event.type === "step" ? event.title : event.type).join()];
  };
  assertEquals(await told(true, false), ["b", "A,C"]);
  assertEquals(await told(false, false), ["b", "A,B,C"]);
  assertEquals(await told(true, true), ["b", "A,B,C"]);
  assertEquals(await told(true, false, new Error("no")), ["b", "A,failed,info"]);
});

Deno.test("pipeline() begins no step after the signal", async () => {
  const controller = new AbortController();
  const stop = new InterruptedError("SIGINT");
  const log: string[] = [];
  const steps: Steps = {
    a: { title: "A", run: (_, l) => Promise.resolve(void (l.push("a"), controller.abort(stop))) },
    b: { title: "B", run: (_, l) => Promise.resolve(void l.push("b")) },
  };
  const ctx = { ui: memoryUi(), signal: controller.signal };
  const error = await assertRejects(() => pipeline(ctx, log, steps), StepError);
  assertEquals([log.join(" "), error.cause, error.exitCode], ["a", stop, 130]);
});

Deno.test("pipeline() undoes with a signal that nobody has aborted", async () => {
  const controller = new AbortController();
  const seen: boolean[] = [];
  const steps: Steps = {
    a: {
      title: "A",
      run: () => Promise.reject(void controller.abort()),
      undo: (ctx) => Promise.resolve(void seen.push(ctx.signal.aborted)),
    },
  };
  await assertRejects(() => pipeline({ ui: memoryUi(), signal: controller.signal }, [], steps), StepError);
  assertEquals(seen, [false]);
});

Deno.test("pipeline() commits at the last step that may and has something to do", async () => {
  const undone = async (idle: boolean) => {
    const log: string[] = [];
    const last = { title: "B", commit: true, run: () => Promise.reject(new Error("no")) };
    await pipeline(
      { ui: memoryUi(), signal: new AbortController().signal },
      log,
      {
        a: {
          title: "A",
          commit: true,
          run: () => Promise.resolve(),
          undo: (_, l) => Promise.resolve(void l.push("-a")),
        },
        b: quietWhen(last, () => idle),
      } satisfies Steps,
    ).catch(() => {});
    return log;
  };
  assertEquals(await undone(false), ["-a"]);
  assertEquals(await undone(true), []);
});

Deno.test("pipeline() ends where it is at a signal after the commit, undoes nothing and names what is left", async () => {
  const stop = new InterruptedError("SIGINT");
  const played = async (during: string) => {
    const controller = new AbortController();
    const log: string[] = [];
    const act = (name: string) => (ctx: StepContext) => {
      log.push(name);
      if (name === during) controller.abort(stop);
      if (name !== "a") ctx.signal.throwIfAborted();
      return Promise.resolve();
    };
    const undo = () => Promise.resolve(void log.push("undo"));
    const steps: Steps = {
      a: { title: "A", commit: true, run: act("a"), undo },
      b: { title: "B", run: act("b"), undo },
      c: { title: "C", run: act("c") },
      d: quietWhen({ title: "D", run: act("d") }, () => true),
    };
    const ui = memoryUi();
    const error = await assertRejects(
      () => pipeline({ ui, signal: controller.signal }, [], steps),
      LeftError,
    );
    return [log.join(), error.left.join(), error.exitCode, stop.undoes];
  };
  assertEquals(await played("a"), ["a", "B,C", 130, false]);
  assertEquals(await played("c"), ["a,b,c", "C", 130, false]);
});

Deno.test("pipeline() that has ended says nothing of a later one with the same signal, which undoes what it began", async () => {
  const controller = new AbortController();
  const ctx = { ui: memoryUi(), signal: controller.signal };
  await pipeline(ctx, [], { a: { title: "A", commit: true, run: () => Promise.resolve() } } satisfies Steps);
  const stop = new InterruptedError("SIGINT");
  controller.abort(stop);
  assertEquals(stop.undoes, true);
});

Deno.test("pipeline() goes on undoing elsewhere when another deploy has taken over on one server", async () => {
  const log: string[] = [];
  const taken = () => Promise.reject(new TakenOverError("web"));
  const ill = new Error("ill");
  const steps: Steps = {
    a: { title: "A", run: () => Promise.resolve(), undo: (_, plan) => Promise.resolve(void plan.push("-a")) },
    b: { title: "B", run: () => Promise.reject(ill), undo: taken },
  };
  const running = pipeline({ ui: memoryUi(), signal: new AbortController().signal }, log, steps);
  const error = await assertRejects(() => running, StepError);
  assertEquals([log, error.exitCode, error.undoFailures, (error.cause as Error).cause], [
    ["-a"],
    75,
    [],
    ill,
  ]);
});

Deno.test("takenOver() is for what failed for no other reason, on one server or on several", () => {
  const taken = new TakenOverError("web");
  const both = (other: unknown) => new ServersError(new Map<string, unknown>([["a", taken], ["b", other]]));
  const found = [taken, both(taken), both(new Error("ill")), new Error("ill"), undefined].map(takenOver);
  assertEquals(found, [taken, taken, undefined, undefined, undefined]);
});

Deno.test("pipeline() says each step and each undo", async () => {
  const { ui } = await play(["b"]);
  const titles = ui.events.flatMap((event) => (event.type === "step" ? [event.title] : []));
  assertEquals(titles, ["A", "B", "Undo: A"]);
});

async function play(fails: readonly string[]) {
  const ui = memoryUi();
  const log: string[] = [];
  const act = (name: string) => (_: StepContext, plan: string[]) => {
    plan.push(name);
    return fails.includes(name) ? Promise.reject(new Error(`${name} failed`)) : Promise.resolve();
  };
  const steps: Steps = {
    a: { title: "A", run: act("a"), undo: act("-a") },
    b: { title: "B", run: act("b") },
    c: { title: "C", run: act("c"), undo: act("-c"), commit: true },
    d: { title: "D", run: act("d"), undo: act("-d") },
  };
  let error: StepError | undefined;
  try {
    await pipeline({ ui, signal: new AbortController().signal }, log, steps);
  } catch (thrown) {
    error = thrown as StepError;
  }
  return { happened: log.join(" "), error, ui };
}
