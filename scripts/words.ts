// Writes what is said of the built-in tasks before their files are read: `tasks/words.json` has their words, `tasks/first_words.json`
// the first answers. `deno run -A scripts/words.ts`

import { candidates } from "../lib/cli/complete.ts";
import type { FirstWords } from "../lib/cli/first_answer.ts";
import { overview } from "../lib/cli/help.ts";
import { taskTasks } from "../lib/cli/own_tasks.ts";
import { version } from "../lib/core/version.ts";
import { wordsOf } from "../lib/task/late_task.ts";
import { taskFiles } from "../tasks/mod.ts";

const root = new URL("../", import.meta.url);

/** Nothing, of the tasks that are about tasks and of what a word is completed by. */
const nothing = () => Promise.reject(new Error("Not asked for"));

/** The files and their contents. */
async function wordFiles(): Promise<Readonly<Record<string, string>>> {
  const files = Object.entries(taskFiles).map(async ([name, load]) => [name, await load()] as const);
  const tasks = Object.fromEntries(await Promise.all(files));
  const lists = { builtIn: { ...tasks, ...taskTasks(nothing) }, own: {} };
  const known = { config: nothing, secretNames: nothing, releases: nothing, allReleases: nothing };
  const names = await candidates([""], lists, known);
  const first: FirstWords = {
    help: overview(lists, version).split("\n"),
    names: names.map(({ value, description }) => `${value}\t${description}`),
  };
  const words = Object.entries(tasks).map(([name, task]) => [name, wordsOf(task)]);
  return { "tasks/words.json": json(Object.fromEntries(words)), "tasks/first_words.json": json(first) };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Those of the files that say something else than the tasks: the program would refuse an option that they lack. */
export async function staleWords(): Promise<string[]> {
  const stale: string[] = [];
  for (const [path, text] of Object.entries(await wordFiles())) {
    if (await Deno.readTextFile(new URL(path, root)) !== text) stale.push(path);
  }
  return stale;
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(await wordFiles())) {
    await Deno.writeTextFile(new URL(path, root), text);
  }
}
