// `alcaide init`: an Alcaidefile to begin with, for the kind of app that it finds. It overwrites nothing.

import { basename, join } from "node:path";
import { appName } from "../lib/config/sections/names.ts";
import { fileNames } from "../lib/cli/loader.ts";
import { type Task, task } from "../lib/task/task.ts";
import { alcaidefileText } from "../lib/init/alcaidefile.ts";
import { askFor } from "../lib/init/ask.ts";
import { chooseKind, nextSteps } from "../lib/init/kind.ts";
import { addMixAlias, takesMixAlias } from "../lib/init/mix.ts";
import { type TemplateName, templateNames, templates } from "../lib/init/templates.ts";
import { typesText } from "../lib/init/types.ts";
import type { Context } from "../lib/task/context.ts";
import { globalsOf } from "../lib/task/options.ts";
import { ignore, ignoredPaths, type Outcome } from "../lib/init/gitignore.ts";
import { writeNew } from "../lib/init/write_new.ts";

/** With `--json`: what init wrote. */
export interface Json {
  /** The app's name. */
  readonly app: string;
  /** The kind of app; null where an Alcaidefile was there already. */
  readonly template: string | null;
  /** The files: written, extended or left alone. */
  readonly files: Readonly<Record<string, Outcome>>;
}

type Options =
  & Readonly<Record<"app" | "server" | "domain", string | undefined>>
  & { readonly template: TemplateName | undefined; readonly mix: boolean };

/** Writes an Alcaidefile, types for the editor and lines of .gitignore. */
export const init: Task = task({
  description: "Write an Alcaidefile.ts for the app that is here, and types for the editor",
  group: "Begin",
  args: [],
  options: {
    template: {
      type: "string",
      description: "The kind of app, if its files don't tell",
      choices: templateNames,
    },
    app: { type: "string", description: "The app's name, if not the directory's" },
    server: { type: "string", description: "The server, as user@host" },
    domain: { type: "string", description: "The domain" },
    mix: { type: "boolean", description: "Add mix alcaide.deploy to mix.exs" },
  },
  configless: true,
  examples: ["alcaide init", "alcaide init --template phoenix --server root@203.0.113.7 --mix"],
  run: runInit,
});

async function runInit(ctx: Context<[], Options>): Promise<void> {
  const { directory, ui, options } = ctx;
  // With --yes nobody wants to be asked.
  const person = globalsOf(ctx).yes ? undefined : ui.person;
  const there = (await Promise.all(fileNames.map((name) => exists(join(directory, name))))).includes(true);
  const kind = there ? undefined : await chooseKind(ui, person, directory, options.template);
  const usual = appName(basename(directory)) ?? "app";
  const said = there ? { app: usual } : await askFor(options, usual, person);
  const mix = options.mix || !there && await takesMixAlias(directory) &&
      await person?.confirm('Add "mix alcaide.deploy" to mix.exs?') === true;
  const text = () => alcaidefileText(said.app, kind && templates[kind.name], kind?.seen, said);
  const outcomes: Record<string, Outcome> = {
    ...mix ? { "mix.exs": await addMixAlias(directory) } : {},
    [fileNames[0]]: there ? "left alone" : await writeNew(join(directory, fileNames[0]), text()),
    "alcaide.d.ts": await writeNew(join(directory, "alcaide.d.ts"), await typesText()),
    ".gitignore": await ignore(join(directory, ".gitignore"), ignoredPaths),
  };
  for (const [name, outcome] of Object.entries(outcomes)) ui.info(`${name}: ${outcome}`);
  ui.result(
    { app: said.app, template: kind?.name ?? null, files: outcomes } satisfies Json,
    Object.values(outcomes).every((outcome) => outcome === "left alone")
      ? "Everything is there already"
      : nextSteps(kind, said.server),
  );
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}
