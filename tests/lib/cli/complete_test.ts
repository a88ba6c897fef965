import { assertEquals } from "@std/assert";
import { candidates } from "../../../lib/cli/complete.ts";
import { task } from "../../../lib/task/task.ts";

const none = () => Promise.resolve();
const builtIn = {
  deploy: task({
    description: "Deploy",
    options: { plan: { type: "boolean", description: "P" } },
    run: none,
  }),
  logs: task({
    description: "Logs",
    options: {
      follow: { type: "boolean", short: "f", description: "" },
      lines: { type: "number", short: "n", description: "" },
      level: { type: "string", choices: ["info", "error"], description: "Level" },
      tag: { type: "string", choices: ["a", "b"], repeated: true, description: "" },
    },
    run: none,
  }),
  lock: task({
    description: "Lock",
    args: [{ name: "action", description: "What", choices: ["status", "release"] }],
    run: none,
  }),
  run: task({ description: "Run", passthrough: true, run: none }),
};
const own = {
  paint: task({
    description: "Paint",
    args: [{ name: "what", description: "" }, {
      name: "colour",
      description: "",
      choices: ["red", "blue"],
      rest: true,
    }],
    run: none,
  }),
};

function values(...words: string[]): string[] {
  return candidates(words, { builtIn, own }).map(({ value }) => value);
}

const globals = [
  "--config",
  "--environment",
  "--json",
  "--verbose",
  "--quiet",
  "--yes",
  "--no-color",
  "--help",
  "--version",
];
const cases: readonly [words: string[], values: string[]][] = [
  [[""], ["deploy", "logs", "lock", "run", "paint", "help"]],
  [["l"], ["logs", "lock"]],
  [["--json", "-e", "staging", "d"], ["deploy"]],
  [["--v"], ["--verbose", "--version"]],
  [["help", "d"], ["deploy"]],
  [["deploy", "-"], ["--plan", ...globals]],
  [["deploy", "--plan", "--p"], []],
  [["logs", "--level", ""], ["info", "error"]],
  [["logs", "--level", "e"], ["error"]],
  [["logs", "--level=i"], ["--level=info"]],
  [["logs", "--level", "=", "i"], ["info"]],
  [["logs", "--level", "="], ["info", "error"]],
  [["logs", "--tag", "a", "--ta"], ["--tag"]],
  [["logs", "-fn", "5", "--f"], []],
  [["logs", "-n", ""], []],
  [["lock", ""], ["status", "release"]],
  [["lock", "-q", "r"], ["release"]],
  [["lock", "status", ""], []],
  [["paint", "x", ""], ["red", "blue"]],
  [["paint", "x", "red", "b"], ["blue"]],
  [["run", "ls", "--"], []],
  [["nope", ""], []],
  [["nope", "--js"], ["--json"]],
  [["__proto__", "--constructor", ""], []],
];
for (const [words, expected] of cases) {
  Deno.test(`candidates() completes ${JSON.stringify(words)}`, () =>
    assertEquals(values(...words), expected));
}

Deno.test("candidates() says what each is", () => {
  assertEquals(candidates(["dep"], { builtIn, own }), [{ value: "deploy", description: "Deploy" }]);
  assertEquals(candidates(["deploy", "--pl"], { builtIn, own }), [{ value: "--plan", description: "P" }]);
});
