import { assert, assertEquals, assertFalse, assertMatch } from "@std/assert";
import {
  AlcaideError,
  CommandError,
  ConfigError,
  InterruptedError,
  StepError,
} from "../../../lib/core/error.ts";
import { secret } from "../../../lib/core/secret.ts";
import { ServersError } from "../../../lib/remote/servers.ts";
import { memoryUi } from "../../fake/memory_ui.ts";
import { errorEvent, errorText, report } from "../../../lib/ui/report.ts";

const failed = new CommandError("shop", "tar -x", { code: 1, stdout: "", stderr: "no space\nleft" });

Deno.test("errorText() says message, causes, details and hints", () => {
  const error = new StepError("Create the jail", failed, ["Upload"], []);
  error.live = ["1-1a2b3c4"];
  assertEquals(errorEvent(error).live, ["1-1a2b3c4"]);
  assertEquals(
    errorText(error),
    [
      "Error: Cannot create the jail",
      "  because: Cannot finish a command on shop: it ended with status 1",
      "    no space",
      "    left",
      "  Undone: Upload",
      "  Live: 1-1a2b3c4, as before",
    ].join("\n"),
  );
});

Deno.test("errorText() says no lines again that stand above", () => {
  const above = ["compiling", "", "no space  ", "left"];
  assertEquals(
    errorText(failed, { above }),
    "Error: Cannot finish a command on shop: it ended with status 1",
  );
  const error = new StepError("Build", failed, [], []);
  assertEquals(errorText(error, { above }).includes("no space"), false);
  for (const other of [["no space", "left", "more"], ["left"], []]) {
    assertMatch(errorText(error, { above: other }), /no space\n {4}left/);
  }
});

Deno.test("errorText() shows the command when verbose", () => {
  assertMatch(errorText(failed, { verbose: true }), /\n {4}\$ tar -x\n {4}no space/);
});

Deno.test("errorText() says what could not be undone", () => {
  const error = new StepError("Start", new AlcaideError("Cannot start"), [], [
    new AlcaideError("Cannot stop the jail", { hint: "Stop it by hand" }),
  ]);
  assertMatch(
    errorText(error),
    /\n {2}Cannot undo everything: Cannot stop the jail\n {2}Hint: Stop it by hand$/,
  );
});

Deno.test("errorText() says each problem of a configuration with its hint", () => {
  const error = new ConfigError([{ path: "app", problem: "it is empty", hint: "Give one" }, {
    path: "keep",
    problem: "it is 1",
  }], { details: ["Read from /x"] });
  assertEquals(
    errorText(error),
    "Error: Cannot use app: it is empty\n  Give one\nError: Cannot use keep: it is 1\n    Read from /x",
  );
});

Deno.test("errorText() says what failed on which server", () => {
  const text = errorText(
    new ServersError(new Map([["a", failed], ["b", new AlcaideError("Cannot", { hint: "Do" })]])),
  );
  assertEquals(
    text,
    [
      "Error: Cannot finish on 2 servers",
      "  because: a: Cannot finish a command on shop: it ended with status 1",
      "    no space",
      "    left",
      "  because: b: Cannot",
      "  Hint: Do",
    ].join("\n"),
  );
});

Deno.test("errorText() says each hint once", () => {
  const error = new AlcaideError("Cannot", {
    hint: "Do",
    cause: new AlcaideError("Cannot too", { hint: "Do" }),
  });
  assertEquals(errorText(error).split("Hint: Do").length, 2);
});

Deno.test("errorText() shows no stack of an error that was foreseen", () => {
  assertFalse(errorText(failed, { verbose: true }).includes("report_test"));
});

Deno.test("errorText() asks for --verbose when nobody foresaw the error", () => {
  assertEquals(
    errorText(new TypeError("x is not a function")),
    "Error: x is not a function\n  This is unexpected: run it again with --verbose to see where it happens",
  );
});

Deno.test("errorText() shows the stack of an unforeseen error when verbose", () => {
  assertMatch(errorText(new TypeError("x"), { verbose: true }), /^Error: x\n {4}at .*report_test/);
});

Deno.test("errorText() survives causes in a circle", () => {
  const error = new AlcaideError("one");
  const other = new AlcaideError("two", { cause: error });
  Object.defineProperty(error, "cause", { value: other });
  assertEquals(errorText(error), "Error: one\n  because: two");
});

Deno.test("errorText() tells all errors of an AggregateError", () => {
  const text = errorText(
    new AlcaideError("Cannot", { cause: new AggregateError([new Error("a"), new Error("b")], "both") }),
  );
  assertEquals(text, "Error: Cannot\n  because: both\n  because: a\n  because: b");
});

Deno.test("errorText() says plainly that it was interrupted", () => {
  for (const signal of ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM"] as const) {
    assertEquals(errorText(new InterruptedError(signal)), "Interrupted");
  }
});

for (const thrown of ["text", 3, null, undefined, { a: 1 }, secret("hunter2"), new Error("")]) {
  Deno.test(`errorText() copes with ${Deno.inspect(thrown)}`, () => {
    const text = errorText(thrown, { verbose: true });
    assert(text.startsWith("Error: ") && text.length > 8 && !text.includes("hunter2"));
  });
}

Deno.test("errorText() shows control characters instead of obeying them", () => {
  assertFalse(errorText(new AlcaideError("a\x1b[2Jb", { details: ["\x07"] })).includes("\x1b[2J"));
});

Deno.test("errorEvent() has the problems of a configuration", () => {
  const { problems, exitCode } = errorEvent(new ConfigError([{ path: "a", problem: "b" }]));
  assertEquals([problems, exitCode], [[{ path: "a", problem: "b" }], 78]);
});

Deno.test("report() prints the error and gives its exit status", () => {
  const ui = memoryUi();
  assertEquals(report(new InterruptedError("SIGTERM"), ui), 143);
  assertEquals(ui.errors, ["Interrupted"]);
});

Deno.test("errorText() tells once that undoing failed, and what lies behind it", () => {
  const behind = new AlcaideError("Cannot reach the server", { cause: new Error("refused") });
  const text = errorText(new StepError("Route requests", new Error("no"), [], [behind]));
  assertEquals(text.match(/Cannot undo everything/g)?.length, 1);
  assertMatch(text, /Cannot undo everything: Cannot reach the server\n {2}because: refused/);
});
