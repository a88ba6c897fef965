// The picture of a deploy.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type DeployStepName, deploySteps } from "../../lib/deploy/steps/mod.ts";
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

Deno.test("the picture in docs shows a deploy of today's steps", async () => {
  const svg = await Deno.readTextFile(new URL("../../docs/deploy.svg", import.meta.url));
  const shown = svg.split("</text>").map((line) => line.replace(/<[^>]*>/g, "").trim())
    .flatMap((line) => /^✓ (.*?) [\d.]+ s$/.exec(line)?.[1] ?? []);
  const titles = Object.values(deploySteps).map(({ title }) => title);
  const around = ["Take the lock", "Read the facts"];
  const stale = "stale: run deno run -A scripts/picture.ts";
  assertEquals(shown.filter((title) => !around.includes(title) && !titles.includes(title)), [], stale);
  // The second deploy has the same site file, nothing to clear away or to forget, and its example neither a guard nor further processes; the image is there.
  const idle = ["site", "clean", "image", "guard", "halt", "processes", "prune"].map((name) =>
    deploySteps[name as DeployStepName].title
  );
  assertEquals(titles.filter((title) => !idle.includes(title) && !shown.includes(title)), [], stale);
});
