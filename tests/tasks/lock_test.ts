import { assertEquals, assertRejects } from "@std/assert";
import { confirmBy } from "../../lib/task/bare_context.ts";
import { askLock, releaseLock } from "../../lib/commands/lock.ts";
import { AlcaideError } from "../../lib/core/error.ts";
import { remote } from "../../lib/remote/remote.ts";
import { servers } from "../../lib/remote/servers.ts";
import { memoryUi } from "../fake/memory_ui.ts";
import { lock } from "../../tasks/lock.ts";
import { fakeContext } from "../fake/context.ts";

const holder = { by: "you@there", since: "2026-01-02T03:04:05.000Z", what: "deploy" };

async function perform(args: readonly string[], held: string, answer = true) {
  const scripts: string[] = [];
  const exec = (script: string) => {
    scripts.push(script);
    return Promise.resolve({ code: 0, stdout: script === askLock("shop").text ? held : "", stderr: "" });
  };
  const server = remote("web", { transport: { exec, [Symbol.asyncDispose]: () => Promise.resolve() } });
  const ui = memoryUi({ answer });
  await lock({ ...fakeContext({ args }), ui, confirm: confirmBy(ui), servers: servers([server]) });
  return { results: ui.results, released: scripts.includes(releaseLock("shop").text) };
}

const shown = [
  {
    name: "who holds it",
    held: `${JSON.stringify(holder)}\n`,
    text: "web: held by you@there since 2026-01-02T03:04:05.000Z (deploy)",
  },
  { name: "that somebody does", held: "?\n", text: "web: held by somebody" },
  { name: "that it is free", held: "", text: "web: free" },
];
for (const { name, held, text } of shown) {
  Deno.test(`lock() shows ${name}`, async () => {
    assertEquals(await perform([], held), { results: [text], released: false });
  });
}

Deno.test("lock() release takes it away after a yes", async () => {
  assertEquals((await perform(["release"], "?\n")).released, true);
});

Deno.test("lock() release does nothing without a yes", async () => {
  await assertRejects(
    () => perform(["release"], "?\n", false),
    AlcaideError,
    "Cannot release the lock without a yes",
  );
});

Deno.test("lock() release leaves a free lock alone", async () => {
  assertEquals((await perform(["release"], "")).released, false);
});
