import { assertEquals } from "@std/assert";
import { milliseconds } from "../../../../lib/transport/ssh/config_values.ts";

Deno.test("milliseconds() reads times, and is quick with a long one that is none", () => {
  assertEquals(["90", "1m30s", "2H", "", "m", "1x"].map(milliseconds), [
    90_000,
    90_000,
    7_200_000,
    ...Array(3),
  ]);
  assertEquals(milliseconds(`${"1".repeat(200)}x`), undefined);
});
