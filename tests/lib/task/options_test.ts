import { assertEquals, assertThrows } from "@std/assert";
import { globalOptions, type Options, readWords, withGlobals } from "../../../lib/task/options.ts";
import { UsageError } from "../../../lib/core/error.ts";
import type { TaskArgument } from "../../../lib/task/arguments.ts";
import { task } from "../../../lib/task/task.ts";
import { checkRequired, readArguments } from "../../../lib/task/given.ts";

const options: Options = {
  follow: { type: "boolean", short: "f", description: "" },
  lines: { type: "number", short: "n", description: "", default: 100 },
  grep: { type: "string", description: "" },
};

function refusal(run: () => unknown): string {
  const { message, hint, exitCode } = assertThrows(run, UsageError);
  assertEquals(exitCode, 2);
  return hint === undefined ? message : `${message} (${hint})`;
}

const readable: readonly [args: string[], values: Record<string, unknown>, words: string[]][] = [
  [[], { lines: 100 }, []],
  [["-f", "-n", "5", "a"], { follow: true, lines: 5 }, ["a"]],
  [["a", "--grep", "x y", "b", "-fn7"], { grep: "x y", follow: true, lines: 7 }, ["a", "b"]],
  [["--lines=-2", "--follow=false"], { lines: -2 }, []],
  [["-f", "true", "3"], { follow: true, lines: 100 }, ["true", "3"]],
  [["--follow", "false"], { follow: true, lines: 100 }, ["false"]],
  [["a", "--", "-f", "--", "007"], { lines: 100 }, ["a", "-f", "--", "007"]],
  [["--", "--follow"], { lines: 100 }, ["--follow"]],
  [["", "-"], { lines: 100 }, ["", "-"]],
  [["--grep=a", "--grep=b"], { grep: "b", lines: 100 }, []],
];
for (const [args, values, words] of readable) {
  Deno.test(`readWords() reads ${JSON.stringify(args)}`, () => {
    assertEquals(readWords(args, options), { values, words });
  });
}

const early: readonly [args: string[], values: Record<string, unknown>, words: string[]][] = [
  [["-f", "ls", "-f", "--nope", "-n5"], { follow: true, lines: 100 }, ["ls", "-f", "--nope", "-n5"]],
  [["ls", "--", "x", "--", "-y"], { lines: 100 }, ["ls", "--", "x", "--", "-y"]],
  [["--", "-x", "--follow"], { lines: 100 }, ["-x", "--follow"]],
  [["echo", "0x10", "1e3", "--follow", ""], { lines: 100 }, ["echo", "0x10", "1e3", "--follow", ""]],
  [["-f", "true"], { follow: true, lines: 100 }, ["true"]],
];
for (const [args, values, words] of early) {
  Deno.test(`readWords() leaves everything from the first word on untouched: ${JSON.stringify(args)}`, () => {
    assertEquals(readWords(args, options, { stopEarly: true }), { values, words });
  });
}

const refused: readonly [args: string[], said: string][] = [
  [["--folow"], 'Cannot understand the option --folow (Did you mean "--follow"?)'],
  [["--a.b=1"], "Cannot understand the option --a.b (Known: --follow, --grep and --lines)"],
  [["--__proto__=1"], "Cannot understand the option --__proto__ (Known: --follow, --grep and --lines)"],
  [
    ["-fx"],
    "Cannot understand the option -x (Put -- before a word that begins with a hyphen, = before a value that does)",
  ],
  [["--grep"], "Cannot use --grep without a value (Write --grep=VALUE)"],
  [["--grep", "--follow"], "Cannot use --grep without a value (Write --grep=VALUE)"],
  [["-n", "many"], 'Cannot use --lines: "many" is not a number'],
  [["--follow=maybe"], "Cannot use --follow=maybe: it takes no value"],
];
for (const [args, said] of refused) {
  Deno.test(`readWords() refuses ${JSON.stringify(args)}`, () => {
    assertEquals(refusal(() => readWords(args, options)), said);
  });
}

Deno.test("readWords() looks over mistakes when lenient", () => {
  const args = ["--nope", "-n", "many", "--grep", "--follow=maybe", "a"];
  assertEquals(readWords(args, options, { lenient: true }).words, ["a"]);
});

Deno.test("withGlobals() gives a task's own letters precedence", () => {
  const merged = withGlobals({ vendor: { type: "string", short: "v", description: "" } });
  assertEquals(readWords(["-v", "x", "--verbose"], merged).values, { vendor: "x", verbose: true });
});

Deno.test("withGlobals() gives a task's own names precedence", () => {
  const merged = withGlobals({ yes: { type: "string", description: "" } });
  assertEquals(merged["yes"]?.type, "string");
});

Deno.test("globalOptions have letters that differ", () => {
  const letters = Object.values(globalOptions).flatMap((option) => "short" in option ? [option.short] : []);
  assertEquals(new Set(letters).size, letters.length);
});

const more: Options = {
  tone: { type: "string", choices: ["kind", "curt"], description: "" },
  port: { type: "number", choices: [80, 443], description: "" },
  tag: { type: "string", short: "t", repeated: true, description: "" },
  size: { type: "number", repeated: true, description: "" },
};

Deno.test("readWords() collects what may be repeated, and reads choices", () => {
  const args = ["-ta", "--tag=b", "--tag", "c", "--size", "2", "--size=3", "--tone", "kind", "--port=443"];
  const values = { tone: "kind", port: 443, tag: ["a", "b", "c"], size: [2, 3] };
  assertEquals(readWords(args, more), { values, words: [] });
});

const misfits: readonly [args: string[], said: string][] = [
  [["--tone=knid"], 'Cannot use --tone: "knid" is not one of its values (Did you mean "kind"?)'],
  [["--port", "7"], 'Cannot use --port: "7" is not one of its values (Known: 443 and 80)'],
  [["--size=2", "--size", "x"], 'Cannot use --size: "x" is not a number'],
  [["--tag"], "Cannot use --tag without a value (Write --tag=VALUE)"],
];
for (const [args, said] of misfits) {
  Deno.test(`readWords() refuses the value in ${JSON.stringify(args)}`, () => {
    assertEquals(refusal(() => readWords(args, more)), said);
  });
}

Deno.test("checkRequired() names the option that is missing", () => {
  const deploy = { options: { to: { type: "string", description: "", required: true } } } as const;
  assertEquals(
    refusal(() => checkRequired("send", deploy, {})),
    "Cannot run send without --to (Write --to=VALUE)",
  );
  assertEquals(checkRequired("send", deploy, { to: "x" }), undefined);
});

const name: TaskArgument = { name: "name", description: "" };

const count: TaskArgument = { name: "count", description: "", type: "number" };
const fitting: readonly [args: readonly TaskArgument[], words: string[], values: (string | number)[]][] = [
  [[], [], []],
  [[name], ["a"], ["a"]],
  [[{ ...name, optional: true }], [], []],
  [[{ ...name, default: "x" }], [], []],
  [[name, { name: "more", description: "", rest: true, optional: true }], ["a", "b", "c"], ["a", "b", "c"]],
  [[count, { ...count, rest: true }], ["1", "2", "-3.5"], [1, 2, -3.5]],
  [[{ ...name, choices: ["a", "b"] }], ["b"], ["b"]],
];
for (const [args, words, values] of fitting) {
  Deno.test(`readArguments() reads ${JSON.stringify(words)} for ${JSON.stringify(args)}`, () => {
    assertEquals(readArguments("x", { args }, words), values);
  });
}

Deno.test("readArguments() accepts any words for a task that says nothing about them", () => {
  assertEquals(readArguments("x", task("", async () => {}), ["a", "1"]), ["a", "1"]);
});

const see = '(Run "alcaide help set" for its arguments and options)';
const unfit: readonly [args: readonly TaskArgument[], words: string[], said: string][] = [
  [[name, { name: "value", description: "" }], ["a"], `Cannot run set without VALUE ${see}`],
  [[{ ...name, rest: true }], [], `Cannot run set without NAME ${see}`],
  [[], ["a", "b"], `Cannot run set with "a" and "b": it takes no arguments ${see}`],
  [[name], ["a", "b"], `Cannot run set with "a" and "b": it takes 1 argument ${see}`],
  [[count], ["two"], 'Cannot use COUNT: "two" is not a number'],
  [
    [{ ...name, choices: ["status", "release"] }],
    ["relaese"],
    'Cannot use NAME: "relaese" is not one of its values (Did you mean "release"?)',
  ],
];
for (const [args, words, said] of unfit) {
  Deno.test(`readArguments() refuses ${JSON.stringify(words)} for ${JSON.stringify(args)}`, () => {
    assertEquals(refusal(() => readArguments("set", { args }, words)), said);
  });
}
