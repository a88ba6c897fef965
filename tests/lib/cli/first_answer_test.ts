// The first answers are those of the program.

import { assertEquals, assertRejects } from "@std/assert";
import { firstAnswer } from "../../../lib/cli/first_answer.ts";
import { main } from "../../../lib/cli/main.ts";
import words from "../../../tasks/first_words.json" with { type: "json" };
import { version } from "../../../lib/core/version.ts";
import { builtInTasks } from "../../../tasks/mod.ts";
import { memoryUi } from "../../fake/memory_ui.ts";

const known = [[], ["help"], ["--help"], ["-h"], ["--version"]];
const completed = ["", "d", "deploy", "tas", "x"].map((word) => ["__complete", "--", word]);
const others = [
  ["deploy"],
  ["--help", "--json"],
  ["help", "deploy"],
  ["--version", "--json"],
  ["completions", "bash"],
  ["__complete", "--", "--j"],
  ["__complete", "--", "deploy", ""],
];

/** The answer in a directory. */
function first(args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}) {
  return firstAnswer(args, words, version, { cwd: () => cwd, env: { get: (name) => env[name] } });
}

/** The output of the program in a directory without an Alcaidefile. */
async function said(args: readonly string[], cwd: string): Promise<string> {
  const ui = memoryUi();
  assertEquals(await main(args, { tasks: builtInTasks, version, cwd, ui: () => ui }), 0);
  const output = ui.events.map((event) => event.type === "output" ? event.text : "");
  return [...ui.results.map((text) => `${text}\n`), ...output].join("");
}

Deno.test("firstAnswer() gives the program's own words", async () => {
  const cwd = await Deno.makeTempDir();
  for (const args of [...known, ...completed]) {
    assertEquals((await first(args, cwd))?.map((line) => `${line}\n`).join(""), await said(args, cwd));
  }
  await Deno.remove(cwd);
});

Deno.test("firstAnswer() leaves to the program what it must look at", async () => {
  const cwd = await Deno.makeTempDir();
  for (const args of others) assertEquals(await first(args, cwd), undefined, args.join(" "));
  assertEquals(await first(["--help"], cwd, { GITHUB_ACTIONS: "true" }), undefined);
  assertEquals(await first(["help"], cwd, { GITLAB_CI: "true" }), undefined);
  assertEquals(await first(["--version"], cwd, { GITLAB_CI: "true" }), [`alcaide ${version}`]);
  await Deno.mkdir(`${cwd}/a/b`, { recursive: true });
  await Deno.writeTextFile(`${cwd}/a/Alcaidefile.ts`, "");
  for (const args of [...known, ...completed].filter(([word]) => word !== "--version")) {
    assertEquals(await first(args, `${cwd}/a/b`), undefined, args.join(" "));
  }
  assertEquals(await first(["--version"], `${cwd}/a/b`), [`alcaide ${version}`]);
  await Deno.remove(cwd, { recursive: true });
});

Deno.test("firstAnswer() tells the version in a directory that was removed, and nothing else", async () => {
  const place = {
    cwd: (): string => {
      throw new Deno.errors.NotFound();
    },
    env: { get: () => undefined },
  };
  assertEquals(await firstAnswer(["--version"], words, version, place), [`alcaide ${version}`]);
  await assertRejects(() => firstAnswer(["--help"], words, version, place), Deno.errors.NotFound);
});
