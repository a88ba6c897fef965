import { assertEquals } from "@std/assert";
import { gate, marker as markerOf } from "../../../lib/transport/gate.ts";

const marker = markerOf(4711);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

function through(
  markers: number,
  ...pieces: string[]
): { got: string; held: string; seen: number; opened: number } {
  let got = "";
  let opened = 0;
  const one = gate(markers, (chunk) => got += decoder.decode(chunk), () => opened++);
  for (const piece of pieces) one.write(encoder.encode(piece));
  return { got, held: decoder.decode(one.end()), seen: one.seen, opened };
}

Deno.test("gate() throws away what comes before the marker", () => {
  assertEquals(through(1, `Welcome!\n${marker}out`), { got: "out", held: "", seen: 1, opened: 1 });
});

Deno.test("gate() finds a marker that comes in pieces", () => {
  assertEquals(through(1, "hi", marker.slice(0, 3), marker.slice(3), "out").got, "out");
});

Deno.test("gate() isn't fooled by the beginning of a marker", () => {
  assertEquals(through(1, `\x1ealc${marker}out`).got, "out");
});

Deno.test("gate() waits for every marker", () => {
  assertEquals(through(2, marker, "x"), { got: "", held: "x", seen: 1, opened: 0 });
});

Deno.test("gate() opens at the last marker", () => {
  assertEquals(through(2, marker + marker + "a", "b"), { got: "ab", held: "", seen: 2, opened: 1 });
});

Deno.test("gate() reads the process from the marker", () => {
  const one = gate(1, () => {}, () => {});
  one.write(encoder.encode(marker));
  assertEquals(one.pid, 4711);
});

Deno.test("gate() lets a later marker through as output", () => {
  assertEquals(through(1, marker + marker).got, marker);
});

Deno.test("gate() gives back what never passed", () => {
  assertEquals(through(1, "no such ", "shell"), { got: "", held: "no such shell", seen: 0, opened: 0 });
});

Deno.test("gate() keeps the end alone of what a login shell prints for ever", () => {
  const { held, got } = through(1, ..."abcdefghij".split("").map((letter) => letter.repeat(100_000)));
  assertEquals([got, held.length < 200_000, held.endsWith("jj")], ["", true, true]);
});

Deno.test("gate() finds a marker behind very much, in pieces", () => {
  const much = "x".repeat(300_000) + marker.slice(0, 5);
  assertEquals(through(1, much, `${marker.slice(5)}out`).got, "out");
});
