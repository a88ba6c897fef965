// @ts-types="../../../types/std_assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { checkWords, globalOptions, type Options, readWords, withGlobals } from "../../../lib/cli/args.ts";
import { UsageError } from "../../../lib/error.ts";
import { task, type TaskArgument } from "../../../lib/task.ts";

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
  [["-fx"], "Cannot understand the option -x (Put -- before a word that begins with a hyphen)"],
  [["--grep"], "Cannot use --grep without a value (Write --grep=VALUE)"],
  [["--grep", "--follow"], "Cannot use --grep without a value (Write --grep=VALUE)"],
  [["-n", "many"], 'Cannot use --lines: "many" is no number'],
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

const name: TaskArgument = { name: "name", description: "" };
const withArgs = (args: readonly TaskArgument[]) => task({ description: "", args, run: async () => {} });

const fitting: readonly [args: readonly TaskArgument[], words: string[]][] = [
  [[], []],
  [[name], ["a"]],
  [[{ ...name, optional: true }], []],
  [[name, { name: "more", description: "", rest: true, optional: true }], ["a", "b", "c"]],
];
for (const [args, words] of fitting) {
  Deno.test(`checkWords() accepts ${JSON.stringify(words)} for ${JSON.stringify(args)}`, () => {
    assertEquals(checkWords("x", withArgs(args), words), undefined);
  });
}

Deno.test("checkWords() accepts any words for a task that says nothing about them", () => {
  assertEquals(checkWords("x", task("", async () => {}), ["a", "b"]), undefined);
});

Deno.test("checkWords() names what is missing", () => {
  const second = { name: "value", description: "" };
  assertEquals(
    refusal(() => checkWords("set", withArgs([name, second]), ["a"])),
    'Cannot run set without VALUE (Run "alcaide help set" to see what it takes)',
  );
});

Deno.test("checkWords() names what is too much", () => {
  const hint = '(Run "alcaide help set" to see what it takes)';
  const run = (args: readonly TaskArgument[]) => refusal(() => checkWords("set", withArgs(args), ["a", "b"]));
  assertEquals(run([]), `Cannot run set with "a" and "b": it takes no arguments ${hint}`);
  assertEquals(run([name]), `Cannot run set with "a" and "b": it takes 1 argument ${hint}`);
});
