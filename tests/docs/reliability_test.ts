// docs/reliability.md names tests that are there.

import { assert, assertEquals } from "@std/assert";
import { readPage, repository } from "./pages.ts";

Deno.test("docs/reliability.md names tests that are there, a file and its names", async () => {
  const { text } = await readPage("docs/reliability.md");
  // "…" stands for the part that differs from case to case.
  const missing: string[] = [];
  let count = 0;
  for (const [, path = "", names = ""] of text.matchAll(/`([a-z0-9_/]+_test\.ts)`((?:,? "[^"]*")+)/g)) {
    const lines = (await Deno.readTextFile(`${repository}tests/${path}`).catch(() => "")).split("\n");
    for (const [, name = ""] of names.matchAll(/"([^"]*)"/g)) {
      count++;
      if (!lines.some((line) => holds(line, name.split("…")))) missing.push(`${path} "${name}"`);
    }
  }
  assertEquals(missing, []);
  assert(count > 90, "the search for names is broken");
});

/** Tells whether a line has all pieces, in order. */
function holds(line: string, pieces: readonly string[]): boolean {
  let from = 0;
  return pieces.every((piece) => {
    const at = line.indexOf(piece, from);
    from = at + piece.length;
    return at !== -1;
  });
}
