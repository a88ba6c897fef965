import { assertEquals } from "@std/assert";
import { heartbeat } from "../../../lib/remote/heartbeat.ts";

Deno.test("heartbeat() sends signs of life and a last word", async () => {
  const beat = heartbeat(5);
  const reader = beat.stream.pipeThrough(new TextDecoderStream()).getReader();
  assertEquals((await reader.read()).value, "alive\n");
  beat.end();
  let rest = "";
  for (let next = await reader.read(); !next.done; next = await reader.read()) rest += next.value;
  assertEquals(rest.endsWith("end\n"), true);
});

Deno.test("heartbeat() may be ended twice", async () => {
  const beat = heartbeat(60_000);
  beat.end();
  beat.end();
  assertEquals(await new Response(beat.stream).text(), "end\n");
});

Deno.test("heartbeat() stops when nobody reads any more", async () => {
  const beat = heartbeat(60_000);
  await beat.stream.cancel();
  beat.end();
  assertEquals(beat.stream.locked, false);
});
