import { assertEquals, assertRejects } from "@std/assert";
import { AlcaideError, InterruptedError, LockedError } from "../../../lib/core/error.ts";
import { parallel, ParallelError } from "../../../lib/task/parallel.ts";
import { errorText } from "../../../lib/ui/report.ts";
import { fakeContext } from "../../fake/context.ts";

Deno.test("parallel() gives what each branch gave", async () => {
  const found = await parallel(fakeContext(), {
    one: () => Promise.resolve(1),
    two: () => Promise.resolve("b"),
  });
  const one: number = found.one;
  assertEquals([one, found], [1, { one: 1, two: "b" }]);
});

Deno.test("parallel() begins all branches before it waits for one", async () => {
  const both = Promise.withResolvers<void>();
  await parallel(fakeContext(), {
    one: () => both.promise,
    two: () => Promise.resolve(both.resolve()),
  });
});

Deno.test("parallel() puts the branch's name before whatever it says", async () => {
  const ctx = fakeContext();
  await parallel(ctx, {
    web: (own, show) => {
      own.ui.step("Build it");
      own.ui.info("two\nlines");
      own.ui.warn("Careful", "Look");
      own.ui.line("server", "up 3 days");
      own.ui.progress("Upload", 1, 2);
      own.ui.result({ a: 1 }, "Done");
      own.ui.output(new TextEncoder().encode("first\nsec"), "out");
      own.ui.output(new TextEncoder().encode("ond\nthird"), "out");
      show.onLine("from a command", "out");
      return Promise.resolve();
    },
  });
  const line = (text: string, source = "web") => ({ type: "line" as const, source, text });
  assertEquals(ctx.ui.events, [
    ...[line("Build it"), line("two"), line("lines")],
    { type: "warning", text: "web: Careful", hint: "Look" },
    line("up 3 days", "web, server"),
    { type: "progress", label: "web: Upload", done: 1, total: 2 },
    ...["Done", "first", "second", "from a command", "third"].map((text) => line(text)),
  ]);
});

Deno.test("parallel() stops the others when one fails, waits for them, and throws that one's error", async () => {
  let stopped: unknown;
  const slow = (signal: AbortSignal) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(stopped = signal.reason)));
  const run = () =>
    parallel(fakeContext(), {
      slow: (_, show) => slow(show.signal),
      bad: () => Promise.reject(new LockedError("Cannot take it", "somebody")),
    });
  await assertRejects(run, LockedError, "Cannot take it");
  assertEquals((stopped as Error).message, "Cannot finish: bad failed meanwhile");
});

Deno.test("parallel() throws one error for several that failed by themselves", async () => {
  // Both are rejected before either is looked at.
  const failing = (error: Error) => async () => {
    await Promise.resolve();
    throw error;
  };
  const gate = Promise.withResolvers<void>();
  const run = parallel(fakeContext(), {
    one: async () => {
      await gate.promise;
      throw new AlcaideError("Cannot one");
    },
    two: failing(new LockedError("Cannot two", "x")),
  });
  gate.resolve();
  const error = await assertRejects(() => run);
  if (error instanceof ParallelError) {
    assertEquals([error.exitCode, [...error.failures.keys()]], [75, ["two", "one"]]);
  } else assertEquals((error as Error).message, "Cannot two");
});

Deno.test("ParallelError names each branch that failed, and stands for the highest status", () => {
  const failures = new Map([["one", new AlcaideError("Cannot one")], [
    "two",
    new LockedError("Cannot two", "x"),
  ]]);
  const error = new ParallelError(failures);
  assertEquals(error.exitCode, 75);
  assertEquals(
    errorText(error),
    "Error: Cannot finish 2 of the things done at once\n  because: one: Cannot one\n  because: two: Cannot two",
  );
});

Deno.test("parallel() ends with what interrupted it", async () => {
  const ctx = fakeContext();
  const wait = (own: { signal: AbortSignal }) =>
    new Promise((_, reject) => own.signal.addEventListener("abort", () => reject(own.signal.reason)));
  const running = parallel(ctx, { one: wait, two: wait });
  ctx.interrupt();
  await assertRejects(() => running, InterruptedError);
});

Deno.test("parallel() asks one question at a time", async () => {
  let open = 0;
  let most = 0;
  const confirm = async () => {
    most = Math.max(most, ++open);
    await Promise.resolve();
    open--;
    return true;
  };
  const ctx = { ...fakeContext(), confirm };
  const found = await parallel(ctx, {
    one: (own) => own.confirm("A?"),
    two: (own) => own.confirm("B?"),
  });
  assertEquals([found, most], [{ one: true, two: true }, 1]);
});
