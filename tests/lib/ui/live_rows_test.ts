import { assertEquals } from "@std/assert";
import { fit, LiveRows } from "../../../lib/ui/live_rows.ts";
import { rememberingSink } from "./sinks.ts";

function make(height?: number) {
  const { sink, text } = rememberingSink();
  let columns = 40;
  const live = new LiveRows(sink, () => columns, height === undefined ? undefined : () => height);
  return { live, text, resize: (to: number) => (columns = to) };
}

Deno.test("LiveRows takes its rows away from the lowest up, and writes the same rows once", () => {
  const { live, text } = make();
  live.show(["one", "two"]);
  live.show(["one", "two"]);
  live.show(["three"]);
  live.clear();
  live.clear();
  assertEquals(text(), "one\ntwo\r\x1b[K\x1b[A\r\x1b[Kthree\r\x1b[K");
});

Deno.test("LiveRows stays below what is printed", () => {
  const { live, text } = make();
  live.show(["one"]);
  live.above(() => live.show([]));
  assertEquals(text(), "one\r\x1b[Kone");
});

Deno.test("LiveRows shows as many rows as a low window has lines for, the first ones", () => {
  const { live, text } = make(3);
  live.show(["one", "two", "three", "four"]);
  assertEquals(text(), "one\ntwo");
});

Deno.test("LiveRows leaves room behind the last row for the terminal's ^C, which must not wrap", () => {
  const { live, text } = make();
  live.show(["x".repeat(50), "y".repeat(50)]);
  assertEquals(text(), `${"x".repeat(38)}…\n${"y".repeat(36)}…`);
});

Deno.test("LiveRows takes away what a narrower window has wrapped", () => {
  const { live, text, resize } = make();
  live.show(["x".repeat(30)]);
  resize(20);
  live.clear();
  assertEquals(text(), `${"x".repeat(30)}\r\x1b[K\x1b[A\r\x1b[K`);
});

Deno.test("fit() counts columns, not characters", () => {
  assertEquals(fit("天地玄黃", 8), "天地玄黃");
  assertEquals(fit("天地玄黃宇宙", 8), "天地玄…");
  assertEquals(fit("abcdef", 6), "abcdef");
  assertEquals(fit("abcdefg", 6), "abcde…");
});
