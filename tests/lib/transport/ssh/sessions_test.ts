import { assertEquals, assertRejects } from "@std/assert";
import { Sessions } from "../../../../lib/transport/ssh/sessions.ts";

const never = new AbortController().signal;

Deno.test("take() waits until a place is free", async () => {
  const places = new Sessions(1);
  await places.take(never);
  let taken = false;
  const second = places.take(never).then(() => taken = true);
  await Promise.resolve();
  const before = taken;
  places.free();
  await second;
  assertEquals([before, taken], [false, true]);
});

Deno.test("take() gives up with its signal and takes no place", async () => {
  const places = new Sessions(1);
  await places.take(never);
  const controller = new AbortController();
  const second = places.take(controller.signal);
  controller.abort(new Error("enough"));
  await assertRejects(() => second, Error, "enough");
  assertEquals(places.free(), 0);
});

Deno.test("refused() leaves fewer places", async () => {
  const places = new Sessions(3);
  for (let i = 0; i < 3; i++) await places.take(never);
  assertEquals(places.refused(), 2);
  let taken = false;
  const third = places.take(never).then(() => taken = true);
  await Promise.resolve();
  const before = taken;
  places.free();
  await third;
  assertEquals([before, taken], [false, true]);
});

Deno.test("take() tries a refused place again after a while", async () => {
  const places = new Sessions(2, 1);
  await places.take(never);
  await places.take(never);
  places.refused();
  await places.take(never);
  assertEquals(places.free(), 1);
});
