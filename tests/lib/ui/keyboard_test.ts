// Hidden typing.

import { assertEquals } from "@std/assert";
import { hiddenLine } from "../../../lib/ui/keyboard.ts";

/** The line of keys that come piece by piece. */
function typed(...pieces: (string | null)[]): string | null | undefined {
  const line = hiddenLine();
  let answer: string | null | undefined;
  for (const piece of pieces) {
    answer = line(piece === null ? null : new TextEncoder().encode(piece));
    if (answer !== undefined) break;
  }
  return answer;
}

for (
  const [pieces, answer] of [
    [["a", "b", "\n"], "ab"],
    [["ab\r"], "ab"],
    [["\n"], ""],
    [["ab"], undefined],
    [["aé", "\x7f", "b\n"], "ab"],
    [["😀\bx\n"], "x"],
    [["\x7f\x7fx\n"], "x"],
    [["wrong\x15right\n"], "right"],
    [["a\x1bb\n"], "ab"],
    [["\x04"], null],
    [["a\x04\n"], "a"],
    [["ab\x03"], null],
    [["ab", null], null],
    [["one\ntwo\n"], "one\ntwo"],
  ] as const
) {
  Deno.test(`hiddenLine() makes ${JSON.stringify(answer)} of ${JSON.stringify(pieces)}`, () => {
    assertEquals(typed(...pieces), answer);
  });
}

Deno.test("hiddenLine() puts a character together whose bytes come apart", () => {
  const line = hiddenLine();
  const [first, ...rest] = new TextEncoder().encode("é");
  assertEquals([line(new Uint8Array([first ?? 0])), line(new Uint8Array([...rest, 0x0a]))], [undefined, "é"]);
});
