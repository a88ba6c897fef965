// @ts-types="../../../types/std_assert.d.ts"
import { assert, assertEquals, assertFalse } from "@std/assert";
import { AlcaideError } from "../../../lib/error.ts";
import { secret } from "../../../lib/secret.ts";
import { jsonUi } from "../../../lib/ui/json.ts";
import { rememberingSink } from "./sinks.ts";

function makeUi() {
  const out = rememberingSink();
  const ui = jsonUi({ out: out.sink });
  const events = () => out.text().trimEnd().split("\n").map((line) => JSON.parse(line));
  return { ui, out, events };
}

Deno.test("jsonUi() prints an object a line for each event", () => {
  const { ui, events } = makeUi();
  ui.step("Build");
  ui.info("two\nlines");
  ui.warn("w", "h");
  ui.line("a", "x");
  ui.progress("a", 1, 2);
  assertEquals(events(), [
    { type: "step", title: "Build" },
    { type: "info", text: "two\nlines" },
    { type: "warning", text: "w", hint: "h" },
    { type: "line", source: "a", text: "x" },
    { type: "progress", label: "a", done: 1, total: 2 },
  ]);
});

Deno.test("jsonUi() prints the result last", () => {
  const { ui, events } = makeUi();
  ui.result([1], "one");
  ui.info("later");
  ui.end();
  assertEquals(events().at(-1), { type: "result", value: [1] });
});

Deno.test("jsonUi() prints every error as one object", () => {
  const { ui, events } = makeUi();
  ui.fail(new AlcaideError("Cannot go", { hint: "Walk", details: ["a"], cause: new Error("lame") }));
  assertEquals(events(), [{
    type: "error",
    message: "Cannot go",
    hint: "Walk",
    details: ["a"],
    causes: [{ message: "lame", details: [] }],
    exitCode: 1,
  }]);
});

Deno.test("jsonUi() masks secrets", () => {
  const { ui, out } = makeUi();
  ui.result({ key: secret("hunter2") }, "");
  ui.fail(secret("hunter2"));
  ui.end();
  assertFalse(out.text().includes("hunter2"));
});

Deno.test("jsonUi() keeps characters whole that come in pieces", () => {
  const { ui, events } = makeUi();
  const [first, ...rest] = new TextEncoder().encode("é!");
  ui.output(new Uint8Array([first ?? 0]), "out");
  ui.output(new Uint8Array(rest), "out");
  assertEquals(events(), [{ type: "output", stream: "out", text: "é!" }]);
});

Deno.test("jsonUi() answers questions only under --yes", async () => {
  assertFalse(await jsonUi().confirm("Really?"));
  assert(await jsonUi({ yes: true }).confirm("Really?"));
});
