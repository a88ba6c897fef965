import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { AlcaideError } from "../../../lib/core/error.ts";
import { task, type TaskSpec } from "../../../lib/task/task.ts";
import { fakeContext } from "../../fake/context.ts";
import type { TaskFunction, TaskInfo } from "../../../lib/task/context.ts";

function noting(name: string, seen: string[], info: Partial<TaskInfo> = {}, status?: number) {
  return task({
    description: name,
    ...info,
    run: () => {
      seen.push(name);
      return Promise.resolve(status);
    },
  });
}

Deno.test("task() fills in what a caller leaves out", async () => {
  const seen: unknown[] = [];
  const greet = task({
    description: "Greet",
    args: [{ name: "name", description: "", default: "you" }],
    options: {
      times: { type: "number", description: "", default: 2 },
      loud: { type: "boolean", description: "" },
      to: { type: "string", description: "", repeated: true },
      tone: { type: "string", description: "" },
    },
    run: ({ args, options }) => Promise.resolve(void seen.push(args, options)),
  });
  await greet(fakeContext());
  await greet(fakeContext({ args: ["me"], options: { times: 1, loud: true, other: "kept" } }));
  assertEquals(seen, [
    ["you"],
    { times: 2, loud: false, to: [], tone: undefined },
    ["me"],
    { times: 1, loud: true, to: [], tone: undefined, other: "kept" },
  ]);
});

Deno.test("task() runs what it depends on before it, in order, each once in a run", async () => {
  const seen: string[] = [];
  const install = noting("install", seen);
  const lint = noting("lint", seen, { depends: [install] });
  const build = noting("build", seen, { depends: [install] });
  const ship = noting("ship", seen, { depends: [lint, build, install] });
  await ship(fakeContext());
  assertEquals(seen, ["install", "lint", "build", "ship"]);
  await ship(fakeContext());
  assertEquals(seen.length, 8);
});

Deno.test("task() gives what it depends on no words and options of the caller", async () => {
  const seen: unknown[] = [];
  const inner = task({
    description: "Inner",
    options: { plan: { type: "boolean", description: "" } },
    run: ({ args, options }) => Promise.resolve(void seen.push(args, options)),
  });
  const outer = task({ description: "Outer", depends: [inner], run: () => Promise.resolve() });
  await outer(fakeContext({ args: ["x"], options: { plan: true } }));
  assertEquals(seen, [[], { plan: false }]);
});

Deno.test("task() doesn't run when something that it depends on fails", async () => {
  const seen: string[] = [];
  const test = noting("Run the tests", seen, {}, 3);
  const ship = noting("ship", seen, { depends: [test] });
  await assertRejects(
    () => ship(fakeContext()),
    AlcaideError,
    'Cannot go on: "Run the tests" ended with status 3',
  );
  assertEquals(seen, ["Run the tests"]);
});

Deno.test("task() takes a plain function as something to depend on", async () => {
  const seen: string[] = [];
  const plain = () => Promise.resolve(void seen.push("plain"));
  await noting("ship", seen, { depends: [plain] })(fakeContext());
  assertEquals(seen, ["plain", "ship"]);
});

Deno.test("task() can be spread into another one that wraps it", async () => {
  const seen: string[] = [];
  const inner = noting("inner", seen, { options: { plan: { type: "boolean", description: "" } } });
  const outer = task({
    ...inner,
    run: async (ctx) => {
      await inner(ctx);
      seen.push("outer");
    },
  });
  await outer(fakeContext());
  assertEquals([seen, outer.options, outer.description], [["inner", "outer"], inner.options, "inner"]);
});

const name = { name: "name", description: "" };
const flag = { type: "boolean", description: "" } as const;
const text = { type: "string", description: "" } as const;
const contradictions: readonly [info: Partial<TaskSpec>, said: string][] = [
  [
    { args: [{ ...name, rest: true }, name] },
    'the argument "name" takes all words that are left, so it must be the last one',
  ],
  [
    { args: [{ ...name, rest: true, default: "x" }] },
    'the argument "name" takes all words that are left, so it has no default',
  ],
  [
    { args: [{ ...name, optional: true }, name] },
    'the argument "name" may be left out, so those behind it must be optional, too',
  ],
  [{ args: [{ ...name, type: "number", default: "x" }] }, 'the argument "name" is a number, and "x" is not'],
  [{ options: { "a b": flag } }, 'the option "a b" needs a name of letters, digits and hyphens'],
  [{ options: { a: { ...flag, short: "ab" } } }, 'the option "a" needs one letter as its short form'],
  [{ options: { a: { ...flag, choices: ["x"] } } }, 'the option "a" takes no value, so it has no "choices"'],
  [
    { options: { a: { ...text, required: true, default: "x" } } },
    'the option "a" must be given, so it has no default',
  ],
  [
    { options: { a: { ...text, repeated: true, default: "x" } } },
    'the option "a" is a list, so it has no default',
  ],
  [
    { options: { environment: text } },
    'the option "environment" has the name of an option that every task has',
  ],
  [{ options: { colour: { ...text, short: "c" } } }, 'the option "colour" can\'t be -c: that is --config'],
  [
    { options: { a: { ...text, complete: ["x"] as never } } },
    'the option "a" needs a function as "complete"',
  ],
  [{ args: [{ ...name, complete: "x" as never }] }, 'the argument "name" needs a function as "complete"'],
  [{ options: { a: { ...text, choices: [] } } }, 'the option "a" has no choices'],
  [{ options: { a: { ...text, choices: [1] } } }, 'the option "a" is a string, and 1 is not'],
  [
    { options: { a: { ...text, choices: ["x"], default: "y" } } },
    'the option "a" has the default "y", which is not among its choices',
  ],
];
for (const [info, said] of contradictions) {
  Deno.test(`task() refuses what contradicts itself: ${said}`, () => {
    const make = () =>
      task({ description: "", ...info, run: () => Promise.resolve() } as TaskSpec<undefined, undefined>);
    assertThrows(make, TypeError, `Cannot make a task: ${said}`);
  });
}

Deno.test("task() refuses to depend on what needs words", () => {
  const greet = task({ description: "Greet", args: [name], run: () => Promise.resolve() });
  const send = task({
    description: "Send",
    options: { to: { ...text, required: true } },
    run: () => Promise.resolve(),
  });
  for (const [before, needed] of [[greet, "name"], [send, "to"]] as const) {
    const { description } = before;
    assertThrows(
      () => noting("x", [], { depends: [before] }),
      TypeError,
      `Cannot depend on "${description}": it needs "${needed}", so call it as a function`,
    );
  }
});

Deno.test("task() refuses to depend on what isn't there yet", () => {
  const depends = [undefined as unknown as TaskFunction];
  assertThrows(
    () => noting("x", [], { depends }),
    TypeError,
    "Cannot depend on something that is not a function; modules that import each other may not have it yet",
  );
});
