import { assertEquals } from "@std/assert";
import { decodeNumber, encodeNumber, growMap, identityMap } from "../../../lib/standalone/source_map.ts";

/** The content of a map: for every place in the text, the place that it comes from. */
function placesOf(map: string): string[] {
  const { mappings } = JSON.parse(map) as { mappings: string };
  const from = { line: 0, column: 0 };
  return mappings.split(";").flatMap((line, index) => {
    let column = 0;
    return line.split(",").filter((segment) => segment !== "").map((segment) => {
      const numbers: number[] = [];
      for (let rest = segment; rest !== "";) {
        const read = decodeNumber(rest);
        numbers.push(read.value);
        rest = read.rest;
      }
      column += numbers[0] ?? 0;
      from.line += numbers[2] ?? 0;
      from.column += numbers[3] ?? 0;
      return `${index}:${column}=${from.line}:${from.column}`;
    });
  });
}

Deno.test("encodeNumber() and decodeNumber() are each other's opposite", () => {
  for (const value of [0, 1, -1, 15, 16, -16, 31, 32, 511, 512, -513, 40_000]) {
    assertEquals(decodeNumber(`${encodeNumber(value)}C`), { value, rest: "C" });
  }
  assertEquals([0, 1, -1, 16].map(encodeNumber), ["A", "C", "D", "gB"]);
});

Deno.test("identityMap() maps every word to itself", () => {
  assertEquals(placesOf(identityMap("ab cd\n\n  ef", "file:///x.js")), [
    "0:0=0:0",
    "0:2=0:2",
    "0:3=0:3",
    "0:5=0:5",
    "1:0=1:0",
    "2:0=2:0",
    "2:2=2:2",
    "2:4=2:4",
  ]);
});

Deno.test("growMap() moves what stands behind words that grew, and nothing else", () => {
  const map = identityMap("ab cd ef\ngh", "file:///x.js");
  const grown = growMap(map, [{ line: 0, column: 2, by: 10 }, { line: 0, column: 5, by: -1 }]);
  assertEquals(placesOf(grown).filter((place) => place.startsWith("0:")), [
    "0:0=0:0",
    "0:12=0:2",
    "0:13=0:3",
    "0:14=0:5",
    "0:15=0:6",
    "0:17=0:8",
  ]);
  assertEquals(placesOf(grown).filter((place) => place.startsWith("1:")), ["1:0=1:0", "1:2=1:2"]);
});
