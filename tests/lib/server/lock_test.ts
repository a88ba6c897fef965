import { assertEquals, assertRejects } from "@std/assert";
import { holdAppLock } from "../../../lib/server/lock.ts";
import { CommandError, InterruptedError, LockedError, LostConnectionError } from "../../../lib/core/error.ts";
import { remote } from "../../../lib/remote/remote.ts";
import type { ExecOptions, Transport } from "../../../lib/transport/mod.ts";
import { fakeServer } from "../../fake/server.ts";

const holder = { by: "me@here", since: "2026-01-02T03:04:05.000Z", what: "deploy" };
const never = new AbortController().signal;

function answering(exec: Transport["exec"]) {
  return remote("web", { transport: { exec, [Symbol.asyncDispose]: () => Promise.resolve() } });
}

Deno.test("holdAppLock() holds the lock until it is disposed of", async () => {
  const server = fakeServer();
  const states: boolean[] = [];
  {
    await using lock = await holdAppLock(server.remote, "shop", holder, never);
    states.push(server.model.locks.has("shop"), lock.fence === 1);
  }
  assertEquals([...states, server.model.locks.has("shop")], [true, true, false]);
});

Deno.test("holdAppLock() gives each lock a higher number", async () => {
  const server = fakeServer();
  const fences: number[] = [];
  for (let i = 0; i < 3; i++) {
    await using lock = await holdAppLock(server.remote, "shop", holder, never);
    fences.push(lock.fence);
  }
  assertEquals(fences, [1, 2, 3]);
});

Deno.test("holdAppLock() outlives Ctrl-C once it is held", async () => {
  const server = fakeServer();
  const controller = new AbortController();
  await using _lock = await holdAppLock(server.remote, "shop", holder, controller.signal);
  controller.abort(new InterruptedError("SIGINT"));
  await Promise.resolve();
  assertEquals(server.model.locks.has("shop"), true);
});

Deno.test("holdAppLock() ends with Ctrl-C while it waits", async () => {
  const controller = new AbortController();
  const server = answering((_, { signal }: ExecOptions) =>
    new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)))
  );
  const waiting = holdAppLock(server, "shop", holder, controller.signal);
  controller.abort(new InterruptedError("SIGINT"));
  await assertRejects(() => waiting, InterruptedError);
});

Deno.test("holdAppLock() takes none after Ctrl-C", async () => {
  const server = fakeServer();
  const signal = AbortSignal.abort(new InterruptedError("SIGINT"));
  await assertRejects(() => holdAppLock(server.remote, "shop", holder, signal), InterruptedError);
  assertEquals(server.ran.length, 0);
});

Deno.test("holdAppLock() says who has it", async () => {
  const other = { ...holder, by: "you@there" };
  const server = answering(() =>
    Promise.resolve({ code: 75, stdout: `${JSON.stringify(other)}\n`, stderr: "" })
  );
  const error = await assertRejects(() => holdAppLock(server, "shop", holder, never), LockedError);
  assertEquals(
    error.message,
    "Cannot work on shop: web is locked by you@there since 2026-01-02T03:04:05.000Z (deploy)",
  );
});

for (const stdout of ["", "{ half\n"]) {
  Deno.test(`holdAppLock() says that somebody has it when told ${JSON.stringify(stdout)}`, async () => {
    const server = answering(() => Promise.resolve({ code: 75, stdout, stderr: "" }));
    const message = "Cannot work on shop: web is locked by somebody else";
    await assertRejects(() => holdAppLock(server, "shop", holder, never), LockedError, message);
  });
}

Deno.test("holdAppLock() fails when lockf does", async () => {
  const server = answering(() => Promise.resolve({ code: 127, stdout: "", stderr: "lockf: not found\n" }));
  await assertRejects(() => holdAppLock(server, "shop", holder, never), CommandError, "status 127");
});

Deno.test("holdAppLock() fails when the connection is lost before", async () => {
  const server = answering(() => Promise.reject(new LostConnectionError("Cannot go on")));
  await assertRejects(() => holdAppLock(server, "shop", holder, never), LostConnectionError);
});
