// Writes `tasks/words.json`: what the help and the completion say of the built-in tasks, from their files.
// `deno run -A scripts/words.ts`

import { wordsOf } from "../lib/task/late_task.ts";
import { taskFiles } from "../tasks/mod.ts";

/** The file of the words. */
export const wordsFile: URL = new URL("../tasks/words.json", import.meta.url);

/** Its contents. */
export async function wordsText(): Promise<string> {
  const words = Object.entries(taskFiles).map(async ([name, load]) => [name, wordsOf(await load())]);
  return `${JSON.stringify(Object.fromEntries(await Promise.all(words)), null, 2)}\n`;
}

if (import.meta.main) await Deno.writeTextFile(wordsFile, await wordsText());
