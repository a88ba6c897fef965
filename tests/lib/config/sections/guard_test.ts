import { assertEquals } from "@std/assert";
import { complaints, resolve } from "../base.ts";

Deno.test("resolveConfig() reads a guard", () => {
  assertEquals(resolve({ guard: {} }).guard, { for: 60_000, maxErrors: 1 });
  assertEquals(resolve({ guard: { for: 5, maxErrors: "0.25%" } }).guard, { for: 5_000, maxErrors: 0.25 });
});

for (
  const [guard, problem] of [
    [true, 'guard: it is true (Give a record such as { for: 60, maxErrors: "1%" })'],
    [{ for: 1 }, "guard.for: it is 1 (Give a whole number of seconds from 5 to 3600)"],
    ...[1, "1", "101%", "-1%", "1.001%"].map((maxErrors) =>
      [
        { maxErrors },
        `guard.maxErrors: it is ${
          JSON.stringify(maxErrors)
        } (Give a share from "0%" to "100%", such as "1%" or "0.5%")`,
      ] as const
    ),
  ] as const
) {
  Deno.test(`resolveConfig() refuses guard: ${JSON.stringify(guard)}`, () => {
    assertEquals(complaints({ guard }), [problem]);
  });
}
