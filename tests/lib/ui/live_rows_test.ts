import { assertEquals } from "@std/assert";
import { fit, LiveRows } from "../../../lib/ui/live_rows.ts";
import { rememberingSink } from "./sinks.ts";

function make() {
  const { sink, text } = rememberingSink();
  let columns = 40;
  const live = new LiveRows(sink, () => columns);
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
