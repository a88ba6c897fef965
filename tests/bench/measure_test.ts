import { assertEquals } from "@std/assert";
import { inTurns, median, round, slope } from "./measure.ts";

Deno.test("median() takes the middle, or the mean of both middles", () => {
  assertEquals([median([9, 1, 5]), median([4, 1, 3, 2])], [5, 2.5]);
});

Deno.test("slope() finds what each unit adds", () => {
  assertEquals(round(slope([[0, 10], [50, 160], [150, 460]]), 6), 3);
});

Deno.test("inTurns() does things in turns after once uncounted", async () => {
  const done: string[] = [];
  const note = (name: string) => () => Promise.resolve(done.push(name));
  const times = await inTurns(2, { a: note("a"), b: note("b") });
  assertEquals(done.join(""), "ababab");
  assertEquals([times.a.length, times.b.length], [2, 2]);
});
