// Schemas from types: forms that no document of today has, and types that JSON can't hold.

import { assertEquals, assertThrows } from "@std/assert";
import { documentSections } from "../../scripts/schemas/page.ts";
import { type Schema, schemaOf } from "../../scripts/schemas/schema.ts";
import type { Declaration, TsType } from "../../scripts/schemas/types.ts";

const text: TsType = { kind: "keyword", value: "string" };
const nothing: TsType = { kind: "keyword", value: "undefined" };
const code: TsType = { kind: "fnOrConstructor" };
const union = (...value: TsType[]): TsType => ({ kind: "union", value });
const literal = (string: string): TsType => ({ kind: "literal", value: { kind: "string", string } });

/** The schema of a type with one field. */
function schemaWith(tsType: TsType, optional = false): Schema {
  const declaration: Declaration = {
    kind: "interface",
    location: { filename: "file:///a.ts" },
    def: { properties: [{ name: "field", optional, tsType }] },
  };
  return schemaOf(() => declaration, "One", "a.ts");
}

const cases: Readonly<Record<string, readonly [type: TsType, field: Schema | undefined, required: boolean]>> =
  {
    "a text": [text, { type: "string" }, true],
    "a text or undefined, which is null": [union(text, nothing), { type: ["string", "null"] }, true],
    "one of two texts": [union(literal("a"), literal("b")), { enum: ["a", "b"] }, true],
    "one of two texts or undefined": [union(literal("a"), nothing), { enum: ["a", null] }, true],
    "a function, which is left out": [code, undefined, false],
    "a text or a function": [union(text, code), { type: "string" }, false],
    "a list in parentheses": [
      { kind: "parenthesized", value: { kind: "array", value: text } },
      { type: "array", items: { type: "string" } },
      true,
    ],
  };
for (const [name, [type, field, required]] of Object.entries(cases)) {
  Deno.test(`schemaOf() knows ${name}`, () => {
    const schema = schemaWith(type);
    assertEquals(schema.properties?.["field"], field);
    assertEquals(schema.required, required ? ["field"] : []);
  });
}

Deno.test("schemaOf() refuses a type that it can't describe, by its name", () => {
  const map: TsType = { kind: "typeRef", value: { typeName: "Map", typeParams: [text, text] } };
  assertThrows(() => schemaWith(map), Error, "Cannot make a schema of Map in file:///a.ts");
  assertThrows(() => schemaWith({ kind: "conditional" }), Error, "Cannot make a schema of conditional");
});

Deno.test("documentSections() tells a record without a name field by field, and each type once", () => {
  const one: Schema = {
    type: "object",
    description: "One.",
    properties: { a: { type: "string" } },
    required: [],
  };
  const list: Schema = { type: "array", items: { $ref: "#/$defs/One" } };
  const schema = (more: Schema): Schema => ({ type: "object", properties: { b: more }, $defs: { One: one } });
  const page = documentSections(
    new Map([["first", schema({ type: "object", properties: { c: list } })], ["second", schema(list)]]),
  ).join("\n");
  assertEquals(page.split("### Type `One`").length, 2);
  assertEquals(page.includes("| `b.c` | list of [`One`](#type-one), may be absent |  |"), true);
});
