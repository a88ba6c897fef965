import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { shownLines } from "../../../scripts/terminal_svg.ts";
import { AlcaideError } from "../../../lib/core/error.ts";
import type { TerminalUiOptions } from "../../../lib/ui/terminal.ts";
import { makeUi } from "./sinks.ts";

Deno.test("terminalUi() rewrites a row for each transfer on a terminal, and leaves the step alone", () => {
  const { ui, err } = makeUi({ terminal: true });
  ui.step("Upload");
  ui.progress("a", 1, 4);
  ui.progress("b", 2, 4);
  ui.end();
  assertEquals(shownLines(err.text()), ["✓ Upload 6.0 s"]);
  assertStringIncludes(err.text(), "  b ━━━━━━━━━━────────── 50 % of 4 B");
});

Deno.test("terminalUi() draws transfers ten times a second, and each tenth of one", () => {
  let now = 0;
  const { ui, err } = makeUi({ terminal: true, now: () => now });
  ui.step("Upload");
  const drawn = () => err.pieces.length;
  const before = drawn();
  for (const done of [1, 2, 3]) ui.progress("a", done, 100);
  assertEquals(drawn(), before);
  now = 100;
  ui.progress("a", 4, 100);
  assertEquals(drawn(), before + 1);
  ui.progress("a", 10, 100);
  assertEquals(drawn(), before + 2);
  ui.end();
});

Deno.test("terminalUi() shows how a step goes on in its line, and nowhere else", () => {
  const { ui, err } = makeUi({ terminal: true });
  ui.step("Wait");
  ui.status?.("0:00:02 left");
  ui.status?.("0:00:01 left");
  assert(err.text().endsWith("• Wait: 0:00:02 left\r\x1b[K• Wait: 0:00:01 left"));
  for (const one of [makeUi({ terminal: true, quiet: true }), makeUi({})]) {
    one.ui.status?.("0:00:01 left");
    assertEquals(one.err.text(), "");
  }
});

Deno.test("terminalUi() never lets the rewritten line wrap", () => {
  const { ui, err } = makeUi({ terminal: true, columns: () => 20 });
  ui.step("A step with a title that is much too long");
  assertEquals([...err.text()].length, 17);
  ui.end();
});

Deno.test("terminalUi() keeps the rewritten line below what is printed", () => {
  const { ui, err } = makeUi({ terminal: true });
  ui.step("Upload");
  ui.info("hello");
  assertEquals(shownLines(err.text()), ["• Upload", "hello", "• Upload 1.0 s"]);
  ui.end();
  assertEquals(shownLines(err.text()), ["• Upload", "hello", "✓ Upload 2.0 s"]);
});

Deno.test("terminalUi() folds the output of a long command, and shows all of it when it fails", () => {
  for (const fails of [false, true]) {
    const { ui, err } = makeUi({ terminal: true });
    ui.step("Build");
    for (const text of ["one", "two", "three", "four"]) ui.line("build", text, { folded: true });
    assertEquals(shownLines(err.text()).slice(1), ["  build | two", "  build | three", "  build | four"]);
    if (fails) ui.failed("Build");
    ui.end();
    const lines = ["one", "two", "three", "four"].map((text) => `build | ${text}`);
    const took = `Build ${fails ? 6 : 6}.0 s`;
    assertEquals(shownLines(err.text()), fails ? [...lines, `✗ ${took}`] : [`✓ ${took}`]);
  }
});

Deno.test("terminalUi() says the last lines of a long command once when it fails", () => {
  const { ui, err } = makeUi({ terminal: true });
  ui.step("Build");
  for (const text of ["one", "two", "three"]) ui.line("build", text, { folded: true });
  ui.failed("Build");
  ui.fail(new AlcaideError("Cannot build", { details: ["two", "three"] }));
  ui.end();
  assertEquals(shownLines(err.text()).slice(-3), ["build | three", "✗ Build 5.0 s", "Error: Cannot build"]);
});

Deno.test("terminalUi() shows every line of a long command with --verbose, and where there is no terminal", () => {
  for (const options of [{ terminal: true, verbose: true }, { terminal: false }]) {
    const { ui, err } = makeUi(options);
    ui.step("Build");
    ui.line("build", "one", { folded: true });
    ui.end();
    assertStringIncludes(shownLines(err.text()).join("\n"), "• Build\nbuild | one\n✓ Build");
  }
});

Deno.test("terminalUi() shows the servers that go on working when steps share a script", () => {
  const { ui, err } = makeUi({ terminal: true, now: () => 0 });
  ui.step("Start");
  for (const name of ["a", "b"]) ui.server?.(name, true);
  ui.step("Check");
  assertEquals(shownLines(err.text()), ["✓ Start 0.0 s", "• Check", "  • a", "  • b"]);
  ui.server?.("a", false);
  assertEquals(shownLines(err.text()), ["✓ Start 0.0 s", "• Check", "  • b", "  ✓ a 0.0 s"]);
  ui.server?.("b", false);
  ui.step("Route");
  assertEquals(shownLines(err.text()).at(-1), "• Route");
  ui.end();
});

Deno.test("terminalUi() ends a step where a person decides: it takes no longer, and a no is no failure of it", async () => {
  const hidden = (ask: () => void) => (ask(), Promise.resolve("secret"));
  const { ui, err } = makeUi({ terminal: true, keyboard: { line: () => Promise.resolve("n"), hidden } });
  ui.step("Read the facts");
  // A server's key and a passphrase are asked about while servers are reached.
  ui.server?.("web", true);
  await ui.person?.line("Are you sure?");
  await ui.person?.secret("Passphrase?");
  assert(!err.text().includes("✓"));
  ui.server?.("web", false);
  await ui.confirm("Remove all of it?");
  ui.fail(new AlcaideError("Cannot remove it without a yes"));
  ui.end();
  assertEquals(shownLines(err.text()), [
    "• Read the facts",
    "Are you sure? Passphrase? ",
    "✓ Read the facts 6.0 s",
    "Remove all of it? [y/N] Error: Cannot remove it without a yes",
  ]);
});

Deno.test("terminalUi() breaks steps, warnings, errors and prose between words on a terminal alone", () => {
  const said = (options: TerminalUiOptions) => {
    const { ui, out, err } = makeUi({ columns: () => 20, now: () => 0, ...options });
    ui.step("Let the old release finish");
    ui.warn("the clock of web is late", "Set its clock by ntpd");
    ui.result(null, "1-a is live at https://shop.test/", { prose: true });
    ui.result(null, "a table that is not wrapped");
    ui.fail(new AlcaideError("Cannot check the app again", { details: ["a line of a log, as it is"] }));
    return [shownLines(err.text()), shownLines(out.text())];
  };
  assertEquals(said({ terminal: true, outTerminal: true }), [[
    "• Let the old release finish",
    "Warning: the clock",
    "  of web is late",
    "  Hint: Set its",
    "      clock by ntpd",
    "✓ Let the old",
    "  release finish",
    "  0.0 s",
    "Error: Cannot check",
    "  the app again",
    "    a line of a log, as it is",
  ], ["1-a is live at", "  https://shop.test/", "a table that is not wrapped"]]);
  const plain = said({});
  assertStringIncludes(plain[0]?.join("\n") ?? "", "✓ Let the old release finish 0.0 s\nError: Cannot");
  assertEquals(plain[1]?.[0], "1-a is live at https://shop.test/");
});

Deno.test("terminalUi() draws nothing into the output of a command, and nothing below a question", async () => {
  const keyboard = { line: () => Promise.resolve("y"), hidden: () => Promise.resolve(null) };
  const { ui, out, err } = makeUi({ terminal: true, keyboard });
  ui.step("Run");
  ui.output(new TextEncoder().encode("half a li"), "out");
  const before = err.text();
  ui.server?.("a", true);
  assertEquals([err.text(), out.text()], [before, "half a li"]);
  ui.step("Ask");
  const asked = ui.confirm("Really?");
  const question = err.text();
  ui.server?.("a", false);
  assertEquals(err.text(), question);
  await asked;
  ui.end();
});
