// The calls that are broken, and the differences between two hosts that count.

import { assert, assertEquals } from "@std/assert";
import { difference } from "./inventory.ts";
import { working } from "./quiet.ts";
import { inTurns, randomFrom, spread } from "./sample.ts";

Deno.test("spread() gives every call once, and any beginning lies evenly", () => {
  assertEquals(
    spread(300, 0.3).toSorted((a, b) => a - b),
    Array.from({ length: 300 }, (_, index) => index + 1),
  );
  assertEquals(spread(1, 0.9), [1]);
  for (const shift of [0, 0.4, 0.99]) {
    const [first = 0, ...others] = spread(300, shift).slice(0, 10).sort((a, b) => a - b);
    const gaps = others.map((call, index) => call - ([first, ...others][index] ?? 0));
    assert(first < 60 && Math.max(...gaps) < 60, `${gaps}`);
  }
});

Deno.test("inTurns() takes one of each list before it takes a second", () => {
  const turns = inTurns([["a1", "a2"], ["b1"], ["c1", "c2", "c3"]], randomFrom(3));
  assertEquals(turns.slice(0, 3).toSorted(), ["a1", "b1", "c1"]);
  assertEquals([turns.slice(3, 5).toSorted(), turns[5]], [["a2", "c2"], "c3"]);
});

Deno.test("working() finds shells that are at work, and none that waits for a program that hangs", () => {
  const at = (pid: number, parent: number, name: string, words = name) => ({ pid, parent, name, words });
  const all = [
    at(1, 0, "init"),
    at(2, 1, "sh", "sh /etc/rc"),
    at(3, 2, "sed"),
    at(4, 1, "sh"),
    at(5, 4, "mv", "hung"),
  ];
  assertEquals(working(all).map(({ pid }) => pid), [2]);
});

Deno.test("randomFrom() gives the same numbers for the same seed", () => {
  const [one, same, other] = [7, 7, 8].map((seed) => Array.from({ length: 3 }, randomFrom(seed)));
  assertEquals(one, same);
  assert(one?.every((number) => number >= 0 && number < 1));
  assert(`${one}` !== `${other}`);
});

Deno.test("difference() counts lines that stand there more than once", () => {
  assertEquals(difference(["a", "b", "b"], ["b", "c"]), ["+ c", "- a", "- b"]);
});
