// The sections of an answer of the probe.

import { assertEquals, assertThrows } from "@std/assert";
import { parseSections } from "../../../../lib/commands/server/probe.ts";

Deno.test("parseSections() gives each section its text", () => {
  assertEquals([...parseSections("=== a\n|1\n|\n=== b\n=== end")], [["a", "1\n\n"], ["b", ""]]);
});

Deno.test("parseSections() refuses a section that stands there twice", () => {
  assertThrows(() => parseSections("=== a\n|1\n=== a\n=== end"), Error, 'section "a" stands in it twice');
});

Deno.test("parseSections() names the section that is cut off", () => {
  assertThrows(() => parseSections("=== a\n|1\n=== b\n|2"), Error, 'the answer ends in section "b"');
});
