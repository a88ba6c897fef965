import { assertEquals } from "@std/assert";
import { hasShape, named, type Shape } from "../../../lib/core/shape.ts";

const cases: readonly (readonly [value: unknown, shape: Shape, wanted: boolean])[] = [
  ["a", "string", true],
  [1, "string", false],
  [Infinity, "number", false],
  ["7-a", /^\d-/, true],
  [7, /^\d/, false],
  [[1, 2], ["number"], true],
  [[1, "2"], ["number"], false],
  [[1, 2, 3], ["number", "number"], false],
  [{ 0: 1 }, ["number"], false],
  [[], {}, false],
  [null, {}, false],
  [{ a: 1, more: 2 }, { a: "number" }, true],
  [{}, { a: "number" }, false],
  [{}, { "a?": "number" }, true],
  [{ a: null }, { "a?": "number" }, false],
  [{ x: "1", y: "2" }, { "*": "string" }, true],
  [{ x: "1", y: 2 }, { "*": "string" }, false],
  [{}, JSON.parse('{ "toString": "string" }'), false],
];

for (const [value, shape, wanted] of cases) {
  const shown = shape instanceof RegExp ? String(shape) : JSON.stringify(shape);
  Deno.test(`hasShape() says ${wanted} of ${Deno.inspect(value)} as ${shown}`, () => {
    assertEquals(hasShape(value, shape), wanted);
  });
}

Deno.test("named() gives nothing that every object has, and nothing without a name", () => {
  const record = { a: 1 };
  assertEquals([named(record, "a"), named(record, "constructor"), named(record, undefined)], [
    1,
    undefined,
    undefined,
  ]);
});
