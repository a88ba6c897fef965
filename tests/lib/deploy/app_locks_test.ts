// The lock of several servers: one of those who want it gets it everywhere, the others wait or are told who has it.

import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { LockedError, UsageError } from "../../../lib/core/error.ts";
import { remote } from "../../../lib/remote/remote.ts";
import type { ExecOptions, Transport } from "../../../lib/transport/mod.ts";
import { parseWait, takeLocks, underLocks } from "../../../lib/deploy/app_locks.ts";
import { type FakeContext, fakeContext } from "../../fake/context.ts";
import { emptyModel, type FakeServer, fakeServer } from "../../fake/server.ts";

const waits = [[undefined, 0], ["30s", 30_000], ["5m", 300_000], ["1h", 3_600_000], ["0s", 0], [
  "30",
  30_000,
]] as const;
for (const [text, expected] of waits) {
  Deno.test(`parseWait() of ${text} is ${expected} ms`, () => assertEquals(parseWait(text), expected));
}

for (const text of ["m", "-1m", "5 m", "1d", "", "1m30s"]) {
  Deno.test(`parseWait() refuses "${text}"`, () => {
    assertThrows(() => parseWait(text), UsageError, `Cannot wait for "${text}"`);
  });
}

/** The same servers for another client; scripts on the one that is named come late. */
function client(all: readonly FakeServer[], late?: string): FakeContext {
  const names = all.map(({ remote }) => remote.name);
  const servers = all.map(({ model, remote: { name } }) => {
    const own = fakeServer({ name, model });
    return name === late
      ? Object.assign(own, { remote: remote(name, { transport: slow(own.remote.transport) }) })
      : own;
  });
  return fakeContext({ config: { server: names }, servers });
}

function slow(near: Transport): Transport {
  const exec = async (script: string, options: ExecOptions) => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    return await near.exec(script, options);
  };
  return { exec, [Symbol.asyncDispose]: () => near[Symbol.asyncDispose]() };
}

function three(): FakeServer[] {
  return ["c", "b", "a"].map((name) => fakeServer({ name, model: emptyModel() }));
}

Deno.test("takeLocks() gives each server's number, and lets all go", async () => {
  const all = three();
  const held = () => all.map(({ model }) => model.locks.has("shop"));
  {
    await using locks = await takeLocks(client(all), "deploy");
    assertEquals([[...locks.fences.values()], held()], [[1, 1, 1], [true, true, true]]);
  }
  assertEquals(held(), [false, false, false]);
});

Deno.test("takeLocks() says who holds the locks of all servers", async () => {
  const all = three();
  all.forEach(({ model }) => model.locks.add("shop"));
  const error = await assertRejects(() => takeLocks(client(all), "deploy"), LockedError);
  assertEquals(error.message, "Cannot work on shop: c is locked by other@there since now (deploy)");
});

Deno.test("takeLocks() waits for the locks of all servers when told", async () => {
  const all = three();
  all.forEach(({ model }) => model.locks.add("shop"));
  const ctx = client(all);
  setTimeout(() => all.forEach(({ model }) => model.locks.delete("shop")), 50);
  await using locks = await takeLocks(ctx, "deploy", "1m");
  assertEquals(locks.fences.size, 3);
  assertEquals(ctx.ui.events.filter(({ type }) => type === "info").length, 1);
});

Deno.test("takeLocks() gives the locks to one of two who each get some of them", async () => {
  const all = three();
  // The first gets a and b at once, the second c.
  const [first, second] = [client(all, "c"), client(all, "a")];
  const [won, lost] = await Promise.allSettled([takeLocks(first, "deploy"), takeLocks(second, "deploy")]);
  assertEquals([won.status, lost.status], ["fulfilled", "rejected"]);
  assertEquals(lost.status === "rejected" && lost.reason instanceof LockedError, true);
  if (won.status === "fulfilled") await won.value[Symbol.asyncDispose]();
  assertEquals(all.map(({ model }) => model.locks.has("shop")), [false, false, false]);
});

Deno.test("takeLocks() keeps no server's lock when another one is held", async () => {
  const all = three();
  // The first by name: nobody waits for that one.
  all[2]?.model.locks.add("shop");
  await assertRejects(() => takeLocks(client(all), "deploy"), LockedError, "a is locked");
  assertEquals(all.map(({ model }) => model.locks.has("shop")), [false, false, true]);
});

/** The events of the notices of a deploy that gets no lock. */
async function told(server: FakeServer): Promise<string[]> {
  const events: string[] = [];
  await using here = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    const { event, error: { message }, servers } = await request.json();
    events.push(event, message, ...servers);
    return new Response();
  });
  const notify = { webhook: `http://127.0.0.1:${here.addr.port}` };
  const ctx = fakeContext({ config: { notify }, servers: [server] });
  await assertRejects(() => underLocks(ctx, { what: "deploy" }, () => Promise.reject(new Error("no lock"))));
  return events;
}

Deno.test("underLocks() tells of a server that can't be reached, and not of a lock that somebody else holds", async () => {
  const away = fakeServer();
  away.plan({ exec: 1, micro: 0, kind: "lost" });
  const [event, message, ...servers] = await told(away);
  assertEquals([event, servers], ["failure", ["root@203.0.113.7"]]);
  assertStringIncludes(`${message}`, "Cannot finish a command");
  const taken = fakeServer();
  taken.model.locks.add("shop");
  assertEquals(await told(taken), []);
});
