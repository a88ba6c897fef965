import { assertEquals, assertRejects } from "@std/assert";
import { pause } from "../../../lib/transport/limits.ts";

Deno.test("pause() waits also for a time that is too long for a timer", async () => {
  const stop = new AbortController();
  const waiting = pause(30 * 24 * 3_600_000, stop.signal);
  // A timer that overflows ends at once.
  setTimeout(() => stop.abort(new Error("enough")), 50);
  await assertRejects(() => waiting, Error, "enough");
});

Deno.test("pause() throws the reason of a signal that has come before", async () => {
  await assertRejects(() => pause(60_000, AbortSignal.abort(new Error("enough"))), Error, "enough");
});

Deno.test("pause() leaves no listener at a signal that lives on", async () => {
  const { signal } = new AbortController();
  let listeners = 0;
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args));
  signal.removeEventListener = (...args: Parameters<typeof remove>) => (listeners--, remove(...args));
  for (let round = 0; round < 3; round++) await pause(0, signal);
  assertEquals(listeners, 0);
});
