import { assertEquals } from "@std/assert";
import { accessoryRecord } from "../../../fake/facts.ts";
import { differences, parseAccessory } from "../../../../lib/commands/accessory/record.ts";

Deno.test("parseAccessory() takes no field of another type", () => {
  for (
    const change of [{ ports: "7700" }, { prints: null }, { prints: {} }, { shown: { a: 1 } }, { key: 7 }]
  ) {
    const text = JSON.stringify({ ...accessoryRecord(), ...change });
    assertEquals(parseAccessory(text), undefined, text);
  }
});

Deno.test("differences() takes nothing for a setting that every object has", () => {
  assertEquals(differences({ constructor: "a" }, {}), ["constructor is no longer set"]);
});

Deno.test("parseAccessory() takes nothing half", () => {
  for (const text of ["", "{", "null", "{}", '{"version":2}']) assertEquals(parseAccessory(text), undefined);
});

Deno.test("differences() never shows what a secret was or is", () => {
  assertEquals(differences({ password: "[secret] a" }, { password: "plain" }), ["password changed"]);
});
