import { assertEquals } from "@std/assert";
import { diff } from "../../../../lib/deploy/plan/diff.ts";

const diffs = [
  { name: "the same", before: "a\nb\n", after: "a\nb\n", rows: [] },
  { name: "all new", before: "", after: "a\nb\n", rows: ["+ a", "+ b"] },
  { name: "all gone", before: "a\n", after: "", rows: ["- a"] },
  { name: "a line in between", before: "a\nc\n", after: "a\nb\nc\n", rows: ["  a", "+ b", "  c"] },
  { name: "a line changed", before: "a\nb\nc\n", after: "a\nx\nc\n", rows: ["  a", "- b", "+ x", "  c"] },
  { name: "lines moved", before: "a\nb\n", after: "b\na\n", rows: ["- a", "  b", "+ a"] },
  {
    name: "three lines around a change",
    before: "a\nb\nc\nd\nX\ne\nf\ng\nh\ni\nj\nk\nl\nY\n",
    after: "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\n",
    rows: [
      ...["  …", "  b", "  c", "  d", "- X", "  e", "  f", "  g", "  …"],
      ...["  j", "  k", "  l", "- Y"],
    ],
  },
];
for (const { name, before, after, rows } of diffs) {
  Deno.test(`diff() shows ${name}`, () => assertEquals(diff(before, after), rows));
}
