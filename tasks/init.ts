// `alcaide init`: an Alcaidefile to begin with. It asks nothing and overwrites nothing.

import { basename, join } from "node:path";
import { appName } from "../lib/config/sections/names.ts";
import { fileNames } from "../lib/cli/loader.ts";
import { type Task, task } from "../lib/task/task.ts";
import { alcaidefileText } from "../lib/init/alcaidefile.ts";
import { typesText } from "../lib/init/types.ts";
import type { Context } from "../lib/task/context.ts";
import { ignore, ignoredPaths, type Outcome } from "../lib/init/gitignore.ts";
import { writeNew } from "../lib/init/write_new.ts";

/** Writes an Alcaidefile, types for the editor and lines of .gitignore. */
export const init: Task = task({
  description: "Write an Alcaidefile.ts to begin with, and types for the editor",
  group: "Begin",
  args: [],
  configless: true,
  examples: ["alcaide init"],
  run: runInit,
});

async function runInit({ directory, ui }: Context): Promise<void> {
  const app = appName(basename(directory)) ?? "app";
  const outcomes: Record<string, Outcome> = {
    [fileNames[0]]: await writeAlcaidefile(directory, app),
    "alcaide.d.ts": await writeNew(join(directory, "alcaide.d.ts"), await typesText()),
    ".gitignore": await ignore(join(directory, ".gitignore"), ignoredPaths),
  };
  for (const [name, outcome] of Object.entries(outcomes)) ui.info(`${name}: ${outcome}`);
  ui.result({ app, files: outcomes }, nextSteps(Object.values(outcomes)));
}

function nextSteps(outcomes: readonly Outcome[]): string {
  if (outcomes.every((outcome) => outcome === "left alone")) return "Everything is there already";
  return [
    "Next:",
    "  1. Write your server and build into Alcaidefile.ts",
    '  2. "alcaide config" shows how it is understood',
    '  3. "alcaide setup" prepares the server',
    '  4. "alcaide deploy" brings the app there',
  ].join("\n");
}

async function writeAlcaidefile(directory: string, app: string): Promise<Outcome> {
  for (const name of fileNames.slice(1)) {
    if (await exists(join(directory, name))) return "left alone";
  }
  return await writeNew(join(directory, fileNames[0]), alcaidefileText(app));
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}
