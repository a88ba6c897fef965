import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { AlcaideError, type Exit, UsageError } from "../../lib/core/error.ts";
import { commandOf, exitStatus } from "../../lib/running/run.ts";
import { run } from "../../tasks/run.ts";
import { fakeContext } from "../fake/context.ts";
import { copyModel } from "../fake/model.ts";
import { fakeServer } from "../fake/server.ts";
import { serverAfter } from "../lib/deploy/deploying.ts";

const once = await serverAfter(1);

const commands = [
  { name: "one text for the shell", args: ["ls -l | head"], text: "ls -l | head" },
  { name: "words", args: ["bin/shop", "eval", "a b; $c"], text: "exec bin/shop eval 'a b; $c'" },
  { name: "a word", args: ["date"], text: "date" },
  { name: "an empty word among others", args: ["printf", ""], text: "exec printf ''" },
];
for (const { name, args, text } of commands) {
  Deno.test(`commandOf() takes ${name}`, () => assertEquals(commandOf(args).text, text));
}

for (const args of [[], [""], ["  "]]) {
  Deno.test(`commandOf() refuses ${JSON.stringify(args)}`, () => {
    assertThrows(() => commandOf(args), UsageError, "Nothing to run");
  });
}

const ends: readonly (readonly [Partial<Exit>, number])[] = [
  [{ code: 0 }, 0],
  [{ code: 7 }, 7],
  [{ code: null, signal: "KILL" }, 137],
  [{ code: null, signal: "TERM" }, 143],
  [{ code: null }, 255],
];
for (const [exit, status] of ends) {
  Deno.test(`exitStatus() of ${JSON.stringify(exit)} is ${status}`, () => {
    assertEquals(exitStatus({ code: null, stdout: "", stderr: "", ...exit }), status);
  });
}

Deno.test("run() runs a command in the live jail and passes output and status on", async () => {
  const server = fakeServer({ model: copyModel(once) });
  const ctx = fakeContext({ servers: [server], args: ["bin/shop version"] });
  const status = await run(ctx);
  const output = ctx.ui.events.flatMap((event) => (event.type === "output" ? [event.text] : []));
  assertEquals([status, output], [0, ["ran bin/shop version\n"]]);
  assertEquals(ctx.ui.events.at(-1), { type: "result", value: { status: 0 } });
});

Deno.test("run() says when nothing is live", async () => {
  const ctx = fakeContext({ args: ["date"] });
  const error = await assertRejects(() => run(ctx), AlcaideError, "Cannot find a live release of shop");
  assertEquals(error.hint, 'Run "alcaide deploy" first');
});

Deno.test("run() says when the live jail doesn't run", async () => {
  const server = fakeServer({ model: copyModel(once) });
  server.model.jails.clear();
  const ctx = fakeContext({ servers: [server], args: ["date"] });
  await assertRejects(
    () => run(ctx),
    AlcaideError,
    "Cannot use jail shop_blue on root@203.0.113.7: it does not run",
  );
});

Deno.test("run() works on the first server, or on the one that is named, or on all", async () => {
  const where = async (options: Record<string, unknown>) => {
    const [a, b] = [
      fakeServer({ name: "a", model: copyModel(once) }),
      fakeServer({ name: "b", model: copyModel(once) }),
    ];
    await run(fakeContext({ config: { server: ["a", "b"] }, servers: [a, b], args: ["date"], options }));
    return [a, b].map(({ ran }) => ran.some(({ names }) => names.includes("asApp")));
  };
  assertEquals([await where({}), await where({ server: "b" }), await where({ server: "all" })], [
    [true, false],
    [false, true],
    [true, true],
  ]);
});

Deno.test("run() refuses a server that isn't there", async () => {
  const ctx = fakeContext({ args: ["date"], options: { server: "nowhere" } });
  await assertRejects(() => Promise.resolve(run(ctx)), UsageError, 'Cannot find the server "nowhere"');
});

Deno.test("run() says at the end how the command ended on each of several servers", async () => {
  const servers = ["a", "b"].map((name) => fakeServer({ name, model: copyModel(once) }));
  const ctx = fakeContext({
    config: { server: ["a", "b"] },
    servers,
    args: ["date"],
    options: { server: "all" },
  });
  await run(ctx);
  const value = { status: 0, servers: [{ server: "a", status: 0 }, { server: "b", status: 0 }] };
  assertEquals(ctx.ui.events.at(-1), { type: "result", value });
});
