import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { appLog, badExpression, followLog, showLog } from "../../lib/commands/logs.ts";
import { CommandError, UsageError } from "../../lib/core/error.ts";
import { remote } from "../../lib/remote/remote.ts";
import { servers } from "../../lib/remote/servers.ts";
import type { ExecOptions } from "../../lib/transport/mod.ts";
import { eventUi } from "../../lib/ui/events.ts";
import type { Event } from "../../lib/ui/mod.ts";
import { logs } from "../../tasks/logs.ts";
import { fakeContext } from "../fake/context.ts";

/** A server that prints lines, whatever it is asked, and remembers what that was. */
function printing(name: string, lines: readonly (string | Uint8Array)[], code = 0) {
  const scripts: string[] = [];
  const exec = (script: string, { onLine }: ExecOptions) => {
    scripts.push(script);
    for (const line of lines) {
      if (typeof line === "string") onLine?.(line, "out");
      else onLine?.(new TextDecoder().decode(line), "out", line);
    }
    return Promise.resolve({ code, stdout: "", stderr: "" });
  };
  const server = remote(name, { transport: { exec, [Symbol.asyncDispose]: () => Promise.resolve() } });
  return { server, scripts };
}

async function show(all: readonly ReturnType<typeof printing>[], options: Record<string, unknown> = {}) {
  const ctx = { ...fakeContext({ options }), servers: servers(all.map(({ server }) => server)) };
  await logs(ctx);
  return ctx.ui.events.flatMap((event) => (event.type === "output" ? [event.text] : []));
}

Deno.test("logs() shows one server's lines as they are", async () => {
  assertEquals(await show([printing("a", ["one", "two"])]), ["one\n", "two\n"]);
});

Deno.test("logs() names the server of each line when there are several", async () => {
  assertEquals(await show([printing("a", ["one"]), printing("b", ["two"])]), ["a: one\n", "b: two\n"]);
});

Deno.test("logs() loses no byte of a line that is no text", async () => {
  const { server } = printing("a", [new Uint8Array([0x61, 0xff])]);
  const events: Event[] = [];
  const ui = eventUi({ emit: (event) => events.push(event), fail: () => {} });
  await logs({ ...fakeContext(), ui, servers: servers([server]) });
  assertEquals(events, [{ type: "output", stream: "out", text: "a\ufffd\n", base64: "Yf8K" }]);
});

const asked = [
  { name: "a hundred lines unless told", options: {}, command: showLog(appLog("shop"), { count: 100 }) },
  { name: "as many as told", options: { lines: 5 }, command: showLog(appLog("shop"), { count: 5 }) },
  {
    name: "those that match",
    options: { grep: "it's" },
    command: showLog(appLog("shop"), { count: 100, grep: "it's" }),
  },
  { name: "what comes", options: { follow: true }, command: followLog(appLog("shop"), { count: 100 }) },
];
for (const { name, options, command } of asked) {
  Deno.test(`logs() asks for ${name}`, async () => {
    const place = printing("a", []);
    await show([place], options);
    assertEquals(place.scripts, [command.text]);
  });
}

Deno.test("logs() says what to do when there is no log", async () => {
  const error = await assertRejects(() => show([printing("a", [], 1)]), CommandError);
  assertEquals(error.hint, 'Nothing was deployed yet? Run "alcaide deploy" first');
});

Deno.test("logs() says when the server's grep does not understand the expression", async () => {
  const error = await assertRejects(
    () => show([printing("a", [], badExpression)], { grep: "[" }),
    UsageError,
  );
  assertEquals(error.message, 'Cannot understand the expression "["');
  assertMatch(error.hint ?? "", /backslash/);
});

for (const lines of [-1, 1.5, NaN]) {
  Deno.test(`logs() refuses ${lines} lines`, async () => {
    await assertRejects(() => show([printing("a", [])], { lines }), UsageError, "Cannot show");
  });
}
