import { assertEquals } from "@std/assert";
import { candidates } from "../../../lib/cli/complete.ts";
import type { Completion } from "../../../lib/task/completion.ts";
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
  back: task({
    description: "Back",
    args: [{
      name: "release",
      description: "Which",
      complete: ({ releases }: Completion) => releases(),
    }, {
      name: "names",
      description: "",
      rest: true,
      complete: async ({ words, secretNames }: Completion) =>
        (await secretNames()).filter((name) => !words.includes(name)),
    }],
    options: {
      server: { type: "string", description: "Where", complete: () => ["alpha", "beta"] },
      broken: {
        type: "string",
        description: "",
        complete: () => {
          throw new Error("It is broken");
        },
      },
    },
    run: none,
  }),
};
const known = {
  config: () => Promise.reject(new Error("There is none")),
  secretNames: () => Promise.resolve(["A_KEY", "B_KEY"]),
  releases: () => Promise.resolve(["3-abc", "12-def"]),
  allReleases: () => Promise.resolve([]),
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

async function values(...words: string[]): Promise<string[]> {
  return (await candidates(words, { builtIn, own }, known)).map(({ value }) => value);
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
  [[""], ["deploy", "logs", "lock", "run", "back", "paint", "help"]],
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
  [["back", ""], ["3-abc", "12-def"]],
  [["back", "1"], ["12-def"]],
  [["back", "--server", ""], ["alpha", "beta"]],
  [["back", "--server=b"], ["--server=beta"]],
  [["back", "--server", "x", "3"], ["3-abc"]],
  [["back", "--broken", ""], []],
  [["back", "3-abc", "A_KEY", ""], ["B_KEY"]],
  [["nope", ""], []],
  [["nope", "--js"], ["--json"]],
  [["__proto__", "--constructor", ""], []],
];
for (const [words, expected] of cases) {
  Deno.test(`candidates() completes ${JSON.stringify(words)}`, async () =>
    assertEquals(await values(...words), expected));
}

Deno.test("candidates() says what each is", async () => {
  assertEquals(await candidates(["dep"], { builtIn, own }, known), [{
    value: "deploy",
    description: "Deploy",
  }]);
  assertEquals(await candidates(["deploy", "--pl"], { builtIn, own }, known), [{
    value: "--plan",
    description: "P",
  }]);
});
