// The work of `alcaide init`: an Alcaidefile, types for the editor and lines of .gitignore.

import { basename, join } from "node:path";
import { appName } from "../config/sections/names.ts";
import type { Context } from "../task/context.ts";
import { globalsOf } from "../task/options.ts";
import { alcaidefileText } from "./alcaidefile.ts";
import { askFor } from "./ask.ts";
import { ignore, ignoredPaths, type Outcome } from "./gitignore.ts";
import { chooseKind, nextSteps } from "./kind.ts";
import { addMixAlias, takesMixAlias } from "./mix.ts";
import { type TemplateName, templates } from "./templates.ts";
import { typesText } from "./types.ts";
import { writeNew } from "./write_new.ts";

type Options =
  & Readonly<Record<"app" | "server" | "domain", string | undefined>>
  & { readonly template: TemplateName | undefined; readonly mix: boolean };

/** The result for programs and for people. */
interface Written {
  readonly value: {
    readonly app: string;
    readonly template: string | null;
    readonly files: Record<string, Outcome>;
  };
  readonly text: string;
}

/** Writes what isn't there yet into the directory, for the kind of app that is named or found. */
export async function writeFiles(
  ctx: Context<readonly [], Options>,
  fileNames: readonly [string, ...string[]],
): Promise<Written> {
  const { directory, ui, options } = ctx;
  // With --yes nobody wants to be asked.
  const person = globalsOf(ctx).yes ? undefined : ui.person;
  const there = (await Promise.all(fileNames.map((name) => exists(join(directory, name))))).includes(true);
  const kind = there ? undefined : await chooseKind(ui, person, directory, options.template);
  const usual = appName(kind?.seen.mixApp ?? basename(directory)) ?? "app";
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
  const all = Object.values(outcomes).every((outcome) => outcome === "left alone");
  return {
    value: { app: said.app, template: kind?.name ?? null, files: outcomes },
    text: all ? "Everything is there already" : nextSteps(kind, said.server),
  };
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}
