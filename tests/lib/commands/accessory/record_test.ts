import { assertEquals } from "@std/assert";
import { differences, parseAccessory } from "../../../../lib/commands/accessory/record.ts";

Deno.test("parseAccessory() takes nothing half", () => {
  for (const text of ["", "{", "null", "{}", '{"version":2}']) assertEquals(parseAccessory(text), undefined);
});

Deno.test("differences() never shows what a secret was or is", () => {
  assertEquals(differences({ password: "[secret] a" }, { password: "plain" }), ["password changed"]);
});
