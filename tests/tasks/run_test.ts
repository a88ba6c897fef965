import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { AlcaideError, type Exit, UsageError } from "../../lib/core/error.ts";
import { commandOf, exitStatus } from "../../lib/running/run.ts";
import { run } from "../../tasks/run.ts";
import { fakeContext } from "../fake/context.ts";
import { copyModel } from "../fake/model.ts";
import { type FakeServer, fakeServer } from "../fake/server.ts";
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
  const error = await assertRejects(() => run(ctx), AlcaideError);
  assertEquals([error.message, error.hint], [
    "Cannot use jail shop_blue on root@203.0.113.7: it does not run",
    'Run "alcaide repair", which starts it',
  ]);
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

/** Runs the task on servers, and gives its status and what it printed. */
async function detached(servers: readonly FakeServer[], args: string[], options: Record<string, unknown>) {
  const names = servers.map(({ remote }) => remote.name);
  const ctx = fakeContext({ config: { server: names }, servers, args, options });
  const status = await run(ctx);
  const said = ctx.ui.events.flatMap((
    event,
  ) => ("text" in event && event.type !== "info" ? [event.text] : []));
  return { status, said, result: ctx.ui.events.at(-1) };
}

const live = (name: string) => fakeServer({ name, model: copyModel(once) });
const firstId = ({ model }: FakeServer) =>
  [...model.files.keys()].map((path) => /runs\/([^/]+)\/command$/.exec(path)?.[1]).find((id) =>
    id !== undefined
  ) ?? "";

Deno.test("run --detach begins a command on the first server and gives its id, and --attach its output and status", async () => {
  const [one, two] = [live("a"), live("b")];
  const { result } = await detached([one, two], ["bin/shop import"], { detach: true });
  const id = firstId(one);
  assertMatch(id, /^[0-9a-f]{8}$/);
  assertEquals([result, firstId(two)], [
    { type: "result", value: { id, servers: [{ server: "a", release: "1-1a2b3c4" }] } },
    "",
  ]);
  const { status, said } = await detached([one, two], [], { attach: id });
  assertEquals([status, said], [4, [`output of ${id}\n`]]);
});

Deno.test("run --attach names the commands that there are", async () => {
  const one = live("a");
  const lost = () => detached([one], [], { attach: "12345678" });
  const none = await assertRejects(lost, UsageError, 'Cannot find a detached command "12345678"');
  assertEquals([none.details, none.hint], [[], 'There is none. "alcaide run --detach" begins one']);
  await detached([one], ["bin/shop import"], { detach: true });
  const id = firstId(one);
  const error = await assertRejects(lost, UsageError);
  assertEquals([error.details, error.hint], [
    [`a: ${id} bin/shop import (of 1-1a2b3c4, since 2026-01-02T03:04:05.000Z) runs`],
    "Take one of these ids",
  ]);
});

Deno.test("run --attach wants the server of a command that runs on several", async () => {
  const servers = [live("a"), live("b")] as const;
  await detached(servers, ["bin/shop import"], { detach: true, server: "all" });
  const id = firstId(servers[0]);
  const error = await assertRejects(() => detached(servers, [], { attach: id }), UsageError);
  assertEquals([error.message, error.hint], [
    `Cannot choose between a and b: "${id}" runs on each`,
    "Name one: --server NAME",
  ]);
  assertEquals((await detached(servers, [], { attach: id, server: "b" })).status, 4);
});

Deno.test("run --detach says when nothing is live, and when it is given no command", async () => {
  await assertRejects(
    () => detached([fakeServer()], ["date"], { detach: true }),
    AlcaideError,
    "Cannot find a live release of shop",
  );
  await assertRejects(() => detached([live("a")], [], { detach: true }), UsageError, "Nothing to run");
});

for (
  const [args, options, message, hint] of [
    [[], { detach: true }, "Cannot attach and detach at once", "Leave out --detach"],
    [["date"], {}, "Cannot attach and run a command at once", "Leave out the command"],
  ] as const
) {
  Deno.test(`run --attach refuses: ${message}`, async () => {
    const error = await assertRejects(
      () => detached([live("a")], [...args], { attach: "1a2b3c4d", ...options }),
      UsageError,
      message,
    );
    assertEquals(error.hint, `${hint}: alcaide run --attach 1a2b3c4d`);
  });
}
