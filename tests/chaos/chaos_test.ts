// The calls that are broken, and the differences between two hosts that count.

import { assert, assertEquals } from "@std/assert";
import { difference } from "./inventory.ts";
import { chosen, randomFrom } from "./sample.ts";

Deno.test("chosen() takes all calls, or some that lie evenly, whatever the beginning that is run", () => {
  assertEquals(chosen(5, 9, 0.5).sort(), [1, 2, 3, 4, 5]);
  const some = chosen(300, 10, 0.25);
  assertEquals(some.toSorted((a, b) => a - b), [8, 38, 68, 98, 128, 158, 188, 218, 248, 278]);
  const begun = some.slice(0, 4).sort((a, b) => a - b);
  assert(begun[0]! < 100 && begun[3]! > 200, `${begun}`);
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
