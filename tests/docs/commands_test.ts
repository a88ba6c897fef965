// Every `alcaide …` of the documentation is understood by the program itself.

import { assert, assertEquals } from "@std/assert";
import { globalOptions, readWords, withGlobals } from "../../lib/task/options.ts";
import { taskTasks } from "../../lib/cli/own_tasks.ts";
import { task } from "../../lib/task/task.ts";
import { builtInTasks as deployTasks } from "../../tasks/mod.ts";
import { blocksOf, type Page, prose, readPages, spansOf } from "./pages.ts";
import { readArguments } from "../../lib/task/given.ts";

const builtInTasks = { ...deployTasks, ...taskTasks(() => Promise.reject(new Error("not asked for"))) };
const help = task({ description: "", args: [{ name: "task", description: "", optional: true }], run: none });

/** Command lines in blocks, between backticks and in quotes. */
function commandLines(page: Page): string[] {
  const rows = blocksOf(page).filter(({ language }) => language !== "ts")
    .flatMap(({ text }) => text.split("\n")).map((row) => row.trim().replace(/^\$ /, ""));
  const quoted = [...prose(page).matchAll(/"(alcaide [^"]*)"/g)].map(([, text = ""]) => text);
  return [...rows, ...spansOf(page), ...quoted]
    .filter((text) => /^alcaide( |$)/.test(text))
    .map((text) => text.replace(/ +(#|>|\|).*$/, ""));
}

/** Tasks that the examples of a page define. */
function ownTasks(page: Page): string[] {
  return blocksOf(page).flatMap(({ text }) =>
    [...text.matchAll(/^export const (\w+) = (?:task|deployWith)\(/gm)].map(([, name = ""]) => name)
  );
}

/** The fault of a command line; undefined when it is fine. */
function complaint(line: string, own: readonly string[]): string | undefined {
  const [, ...args] = line.match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
  try {
    const { values, words: [name, ...rest] } = readWords(args, globalOptions, { stopEarly: true });
    if (name === "NAME") return undefined;
    if (name === undefined) return values["help"] || values["version"] ? undefined : "it names no task";
    const called = name === "help" ? help : builtInTasks[name];
    if (called === undefined) return own.includes(name) ? undefined : `there is no task ${name}`;
    // A task's bare name speaks of the task.
    if (rest.length === 0) return undefined;
    const stopEarly = called.passthrough === true;
    readArguments(name, called, readWords(rest, withGlobals(called.options), { stopEarly }).words);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function none(): Promise<void> {
  return Promise.resolve();
}

Deno.test("every command line names a task and options that are there", async () => {
  const wrong: string[] = [];
  const seen = new Set<string>();
  const pages = await readPages();
  const own = pages.flatMap(ownTasks);
  for (const page of pages) {
    for (const line of commandLines(page)) {
      if (line === "alcaide") continue;
      seen.add(line);
      const problem = complaint(line, own);
      if (problem !== undefined) wrong.push(`${page.path}: ${line}: ${problem}`);
    }
  }
  assertEquals(wrong, []);
  assert(seen.size > 15, "the search for command lines is broken");
});

Deno.test("every option between backticks is one of the program's", async () => {
  const known = new Set(
    [globalOptions, ...Object.values(builtInTasks).map((one) => one.options ?? {})].flatMap((options) =>
      Object.keys(options).map((name) => `--${name}`)
    ),
  );
  const wrong: string[] = [];
  for (const page of await readPages()) {
    if (page.path.startsWith("docs/adr/") || page.path.startsWith("tests/")) continue;
    for (const span of spansOf(page)) {
      const name = /^(--[a-z][a-z-]*)( |$)/.exec(span)?.[1];
      if (name !== undefined && !known.has(name)) wrong.push(`${page.path}: ${span}`);
    }
  }
  assertEquals(wrong, []);
});

Deno.test("complaint() finds what the program would refuse", () => {
  assertEquals(complaint("alcaide deploy --plan", []), undefined);
  assertEquals(complaint("alcaide deplyo", []), "there is no task deplyo");
  assertEquals(complaint("alcaide deploy --pln", []), "Cannot understand the option --pln");
});
