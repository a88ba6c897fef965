import { assert, assertEquals, assertFalse } from "@std/assert";
import { AlcaideError } from "../../../lib/core/error.ts";
import { secret } from "../../../lib/core/secret.ts";
import { jsonUi } from "../../../lib/ui/json.ts";
import { rememberingSink } from "./sinks.ts";
import { parsed } from "../../schemas.ts";

function makeUi() {
  const out = rememberingSink();
  const ui = jsonUi({ out: out.sink });
  const events = () => {
    parsed(out.text(), "a user's own");
    return out.text().trimEnd().split("\n").map((line) => JSON.parse(line));
  };
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

const pieces: readonly {
  name: string;
  bytes: readonly number[][];
  events: readonly Record<string, string>[];
}[] = [
  { name: "NUL", bytes: [[0x61, 0, 0x62]], events: [{ text: "a\0b" }] },
  {
    name: "a byte that is no text",
    bytes: [[0x61, 0, 0xff]],
    events: [{ text: "a\0\ufffd", base64: "YQD/" }],
  },
  { name: "a byte order mark", bytes: [[0xef, 0xbb, 0xbf, 0x61]], events: [{ text: "\ufeffa" }] },
  {
    name: "a character that never gets whole",
    bytes: [[0x61, 0xf0, 0x9f], [0x98]],
    events: [{ text: "a" }, { text: "\ufffd", base64: "8J+Y" }],
  },
  {
    name: "a character in four pieces",
    bytes: [[0xf0], [0x9f], [0x98], [0x80]],
    events: [{ text: "\u{1f600}" }],
  },
  {
    name: "bytes that begin nothing, one by one",
    bytes: [[0x80], [0xfe]],
    events: [{ text: "\ufffd", base64: "gA==" }, { text: "\ufffd", base64: "/g==" }],
  },
];
for (const { name, bytes, events: wanted } of pieces) {
  Deno.test(`jsonUi() keeps ${name}`, () => {
    const { ui, events } = makeUi();
    for (const piece of bytes) ui.output(new Uint8Array(piece), "out");
    ui.result(1, "");
    ui.end();
    assertEquals(events(), [
      ...wanted.map((event) => ({ type: "output", stream: "out", ...event })),
      { type: "result", value: 1 },
    ]);
  });
}

Deno.test("jsonUi() has a result for a task without one, but not for one that failed", () => {
  const well = makeUi();
  well.ui.end();
  assertEquals(well.events(), [{ type: "result", value: null }]);
  const ill = makeUi();
  ill.ui.fail(new AlcaideError("Cannot go"));
  ill.ui.end();
  assertEquals(ill.events().map(({ type }) => type), ["error"]);
});
