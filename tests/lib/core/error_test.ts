import { assertEquals } from "@std/assert";
import {
  AlcaideError,
  CommandError,
  ConfigError,
  ConnectError,
  ending,
  exitCodeOf,
  InterruptedError,
  lastLines,
  LockedError,
  LostConnectionError,
  SplitError,
  StepError,
  TimeoutError,
  UsageError,
} from "../../../lib/core/error.ts";

const codes: readonly { name: string; error: unknown; code: number }[] = [
  { name: "an error of ours", error: new AlcaideError("Cannot"), code: 1 },
  { name: "wrong usage", error: new UsageError("Cannot"), code: 2 },
  { name: "a wrong configuration", error: new ConfigError([]), code: 78 },
  { name: "no connection", error: new ConnectError("Cannot"), code: 1 },
  { name: "a lost connection", error: new LostConnectionError("Cannot"), code: 1 },
  { name: "a timeout", error: new TimeoutError("Cannot"), code: 1 },
  { name: "a lock", error: new LockedError("Cannot", "me"), code: 75 },
  { name: "split servers", error: new SplitError("Cannot"), code: 3 },
  { name: "Ctrl-C", error: new InterruptedError("SIGINT"), code: 130 },
  { name: "a closed terminal", error: new InterruptedError("SIGHUP"), code: 129 },
  { name: "QUIT", error: new InterruptedError("SIGQUIT"), code: 131 },
  { name: "TERM", error: new InterruptedError("SIGTERM"), code: 143 },
  {
    name: "a step that Ctrl-C ended",
    error: new StepError("X", new InterruptedError("SIGINT"), [], []),
    code: 130,
  },
  { name: "a step that failed", error: new StepError("X", new Error("no"), [], []), code: 1 },
  { name: "any other error", error: new Error("no"), code: 1 },
  { name: "a text", error: "no", code: 1 },
  { name: "nothing", error: undefined, code: 1 },
  { name: "null", error: null, code: 1 },
];

for (const { name, error, code } of codes) {
  Deno.test(`exitCodeOf() is ${code} for ${name}`, () => assertEquals(exitCodeOf(error), code));
}

Deno.test("AlcaideError keeps hint, details and cause", () => {
  const cause = new Error("deep");
  const error = new AlcaideError("Cannot", { hint: "Do", details: ["a"], cause });
  assertEquals([error.hint, error.details, error.cause], ["Do", ["a"], cause]);
});

Deno.test("AlcaideError has no cause when it was given none", () => {
  assertEquals("cause" in new AlcaideError("Cannot"), false);
});

Deno.test("ConfigError says every problem on a line of its own", () => {
  const error = new ConfigError([{ path: "app", problem: "it is empty" }, {
    path: "jail.port",
    problem: "it is 0",
  }]);
  assertEquals(error.message, "Cannot use app: it is empty\nCannot use jail.port: it is 0");
});

Deno.test("CommandError says where and how a command ended, with its last words", () => {
  const stderr = Array.from({ length: 20 }, (_, i) => `line ${i}`).join("\n");
  const error = new CommandError("web", "rm x", { code: 3, stdout: "out", stderr });
  assertEquals(error.message, "Cannot finish a command on web: it ended with status 3");
  assertEquals([error.details.length, error.details.at(-1), error.shown], [12, "line 19", "rm x"]);
});

Deno.test("CommandError shows what was printed when nothing was printed as an error", () => {
  assertEquals(new CommandError("web", "x", { code: 1, stdout: "why\n", stderr: " \n" }).details, ["why"]);
});

Deno.test("StepError makes an order a sentence", () => {
  assertEquals(new StepError("Create the jail", "no", [], []).message, "Cannot create the jail");
});

const endings = [
  { exit: { code: 7 }, text: "it ended with status 7" },
  { exit: { code: null, signal: "KILL" }, text: "it was killed by signal KILL" },
  { exit: { code: null }, text: "it ended without a status" },
];
for (const { exit, text } of endings) {
  Deno.test(`ending() says "${text}"`, () => assertEquals(ending({ stdout: "", stderr: "", ...exit }), text));
}

Deno.test("lastLines() leaves out what is empty at the end", () => {
  assertEquals(lastLines("a\nb\n\n \n", 5), ["a", "b"]);
});
Deno.test("lastLines() of nothing is nothing", () => assertEquals(lastLines(" \n", 5), []));
Deno.test("lastLines() takes the last ones", () => assertEquals(lastLines("a\nb\nc", 2), ["b", "c"]));

Deno.test("lastLines() is quick with 100 kB of blanks", () => {
  const line = `x${" ".repeat(100_000)}y`;
  assertEquals(lastLines(`${line}\n`, 5), [line]);
});
