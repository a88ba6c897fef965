import { assert, assertEquals, assertFalse, assertMatch, assertStringIncludes } from "@std/assert";
import { AlcaideError } from "../../../lib/core/error.ts";
import { makeUi } from "./sinks.ts";

Deno.test("terminalUi() ends a step with a tick and its duration when the next one begins", () => {
  const { ui, err } = makeUi();
  ui.step("Build");
  ui.step("Upload");
  ui.end();
  assertEquals(err.text(), "✓ Build 1.0 s\n✓ Upload 1.0 s\n");
});

Deno.test("terminalUi() names a step above its first output", () => {
  const { ui, err } = makeUi();
  ui.step("Build");
  ui.line("local", "compiling");
  ui.line("local", "done");
  ui.end();
  assertEquals(err.text(), "• Build\nlocal | compiling\nlocal | done\n✓ Build 1.0 s\n");
});

Deno.test("terminalUi() marks the step that failed", () => {
  const { ui, err } = makeUi();
  ui.step("Build");
  ui.fail(new AlcaideError("Cannot build", { hint: "Look" }));
  ui.end();
  assertEquals(err.text(), "✗ Build 1.0 s\nError: Cannot build\n  Hint: Look\n");
});

Deno.test("terminalUi() marks the step that was said to have failed, and not the undoing after it", () => {
  const { ui, err } = makeUi();
  ui.step("Build");
  ui.failed("Build");
  ui.step("Undo: Build");
  ui.fail(new AlcaideError("Cannot build"));
  ui.end();
  assertEquals(err.text(), "✗ Build 1.0 s\n✓ Undo: Build 1.0 s\nError: Cannot build\n");
});

Deno.test("terminalUi() gives standard output to results alone", () => {
  const { ui, out } = makeUi({ verbose: true });
  ui.step("Look");
  ui.info("info");
  ui.warn("warning", "hint");
  ui.line("a", "line");
  ui.progress("a", 5, 10);
  ui.result({ x: 1 }, "the result");
  ui.end();
  assertEquals(out.text(), "the result\n");
});

Deno.test("terminalUi() passes output on untouched, each stream to its own", () => {
  const { ui, out, err } = makeUi();
  ui.output(new TextEncoder().encode("\x1b[2Jraw"), "out");
  ui.output(new TextEncoder().encode("oops"), "err");
  assertEquals([out.text(), err.text()], ["\x1b[2Jraw", "oops"]);
});

const named = [
  {
    where: "a terminal",
    options: { colour: true, outTerminal: true },
    out: "\x1b[1;36mb\x1b[0m: line\n",
    err: 1,
  },
  { where: "a file", options: { colour: true, outTerminal: false }, out: "b: line\n", err: 1 },
  { where: "a terminal without colours", options: { outTerminal: true }, out: "b: line\n", err: 0 },
];
for (const { where, options, out: expected, err: painted } of named) {
  Deno.test(`terminalUi() names the server of each line of output to ${where}`, () => {
    const { ui, out, err } = makeUi(options);
    ui.output(new TextEncoder().encode("line\n"), "out", "b");
    ui.output(new TextEncoder().encode("line\n"), "err", "b");
    // In one piece: nothing comes in between.
    assertEquals([out.pieces, err.pieces.length], [[expected], 1]);
    assertEquals(err.text().includes("\x1b["), painted === 1);
  });
}

Deno.test("terminalUi() writes every line in one piece", () => {
  const { ui, err } = makeUi({ colour: true });
  ui.line("a", "one");
  ui.warn("two", "hint");
  assertEquals(err.pieces.length, 2);
  assert(err.pieces.every((piece) => piece.endsWith("\n")));
});

Deno.test("terminalUi() says a warning with its hint", () => {
  const { ui, err } = makeUi({ quiet: true });
  ui.warn("The disk is nearly full", "Remove something");
  assertEquals(err.text(), "Warning: The disk is nearly full\n  Hint: Remove something\n");
});

Deno.test("terminalUi() is silent about all but results, warnings and errors when quiet", () => {
  const { ui, out, err } = makeUi({ quiet: true });
  ui.step("Build");
  ui.info("info");
  ui.line("a", "b");
  ui.progress("a", 9, 10);
  ui.result(1, "one");
  ui.end();
  assertEquals([out.text(), err.text()], ["one\n", ""]);
});

Deno.test("terminalUi() shows control characters of others instead of obeying them", () => {
  const { ui, err } = makeUi({ colour: true });
  ui.line("a", "x\x1b[2J\x07\ry");
  assertFalse(err.text().includes("\x1b[2J"));
  assertMatch(err.text(), /x\\x1b\[2J\\x07\\x0dy/);
});

Deno.test("terminalUi() keeps colours of others only with colours of its own", () => {
  const [plain, coloured] = [makeUi(), makeUi({ colour: true })];
  plain.ui.line("a", "\x1b[31mred\x1b[0m");
  coloured.ui.line("a", "\x1b[31mred\x1b[0m");
  assertEquals(plain.err.text(), "a | red\n");
  assertStringIncludes(coloured.err.text(), "\x1b[31mred\x1b[0m");
});

Deno.test("terminalUi() gives a server the same colour every time", () => {
  const [one, other] = [makeUi({ colour: true }), makeUi({ colour: true })];
  one.ui.line("first", "x");
  one.ui.line("shop-1", "y");
  other.ui.line("shop-1", "y");
  assertEquals(one.err.pieces[1], other.err.pieces[0]);
  assert(one.err.text().startsWith("\x1b["));
});

Deno.test("terminalUi() says progress in tenths where there is no terminal", () => {
  const { ui, err } = makeUi();
  for (let done = 0; done <= 100; done++) ui.progress("shop", done * 1000, 100_000);
  assertEquals(err.text().split("\n").length - 1, 10);
  assertMatch(err.text(), /^ {2}shop 10 % of 100 kB\n {2}shop 20 % of 100 kB\n/);
  const guess = makeUi();
  guess.ui.progress("From web", 20, 100, "at most");
  assertEquals(guess.err.text(), "  From web 20 % of at most 100 B\n");
  const dump = makeUi();
  for (let done = 0; done <= 64; done++) dump.ui.progress("From web", done * 1024 ** 2, 0);
  assertEquals(
    dump.err.text(),
    "  From web 17 MB so far\n  From web 34 MB so far\n  From web 67 MB so far\n",
  );
});

Deno.test("terminalUi() answers no where nobody can be asked", async () => {
  assertFalse(await makeUi().ui.confirm("Really?"));
  assertEquals(makeUi().ui.person, undefined);
});

Deno.test("terminalUi() answers yes under --yes", async () => {
  assert(await makeUi({ yes: true }).ui.confirm("Really?"));
});

for (
  const [answer, expected] of [["y\n", true], ["Yes\n", true], ["\n", false], ["yeah\n", false], [
    "",
    false,
  ]] as const
) {
  Deno.test(`terminalUi() takes the answer ${JSON.stringify(answer)} for ${expected}`, async () => {
    const keyboard = { line: () => Promise.resolve(answer), hidden: () => Promise.resolve(null) };
    const { ui, err } = makeUi({ terminal: true, keyboard });
    assertEquals(await ui.confirm("Really?"), expected);
    assertEquals(err.text(), "Really? [y/N] ");
  });
}

Deno.test("terminalUi() asks the person even under --yes when only a person may answer", async () => {
  const hidden = (ask: () => void) => {
    ask();
    return Promise.resolve("hunter2");
  };
  const keyboard = { line: () => Promise.resolve("n"), hidden };
  const { ui, err } = makeUi({ terminal: true, yes: true, keyboard });
  assertEquals([await ui.person?.confirm("Trust?"), await ui.person?.secret("Passphrase:")], [
    false,
    "hunter2",
  ]);
  assertEquals(err.text(), "Trust? [y/N] Passphrase: \n");
});

for (const [typed, line] of [[" yes \n", "yes"], ["\n", ""], ["", null]] as const) {
  Deno.test(`terminalUi() gives the line ${JSON.stringify(typed)} as ${JSON.stringify(line)}`, async () => {
    const keyboard = { line: () => Promise.resolve(typed), hidden: () => Promise.resolve(null) };
    const { ui, err } = makeUi({ terminal: true, yes: true, keyboard });
    assertEquals([await ui.person?.line("Trust?"), err.text()], [line, "Trust? "]);
  });
}
