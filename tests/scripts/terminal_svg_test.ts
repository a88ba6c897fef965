// The picture of a deploy.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { drawTerminal, shownLines } from "../../scripts/terminal_svg.ts";

Deno.test("shownLines() leaves out a status line that was taken away", () => {
  const output = "• Build\r\x1b[K✓ Build 1 s\r\n• Route\r\x1b[K• Route 50 %\r\x1b[K✓ Route\r\n\r\n";
  assertEquals(shownLines(output), ["✓ Build 1 s", "✓ Route"]);
});

Deno.test("drawTerminal() gives each line as text in the terminal's colours", () => {
  const svg = drawTerminal(["\x1b[32m✓\x1b[0m a <b> & c", "\x1b[1;36mname\x1b[0m | x"]);
  assertStringIncludes(svg, `<tspan fill="#7ee787">✓</tspan> a &lt;b&gt; &amp; c</text>`);
  assertStringIncludes(svg, `<tspan fill="#76e3ea" font-weight="bold">name</tspan> | x</text>`);
});

Deno.test("drawTerminal() cuts a line at the window's edge", () => {
  const svg = drawTerminal([`\x1b[31m${"x".repeat(50)}\x1b[0m${"y".repeat(50)}`]);
  assertStringIncludes(svg, `</tspan>${"y".repeat(29)}…</text>`);
  assert(!svg.includes("\x1b"));
});
