/**
 * The Elixir app in a repository of its own, as a user has it.
 */

import { join } from "@std/path";
import { elixirApp } from "../elixir_app/app.ts";
import { local } from "../../lib/remote/local.ts";
import { type Command, sh } from "../../lib/core/sh.ts";
import type { Place } from "./place.ts";
import { makeProject, type Project } from "./project.ts";
import { until } from "./until.ts";

/** A project whose source is committed. */
export interface ElixirProject extends Project {
  /** Writes a file of the source. */
  write(path: string, text: string): Promise<void>;
  /** Commits everything. */
  commit(): Promise<void>;
}

/** Makes a project out of the app's source, with fields of its configuration as code. */
export async function makeElixirProject(
  place: Place,
  values: Record<string, unknown>,
  code: Record<string, string>,
): Promise<ElixirProject> {
  const project = await makeProject(place, "shop");
  const { directory } = project;
  const git = (command: Command) => local({ cwd: directory }).run(command);
  await git(sh`cp -R ${`${elixirApp}/.`} . && printf 'home/\ntmp/\n' >>.gitignore && git init -q`);
  await project.configure(values, "", { start: "undefined", ...code });
  const commit = async () => {
    await git(sh`git add -A && git -c user.name=me -c user.email=me@here commit -q -m change`);
  };
  await commit();
  return {
    ...project,
    write: (path, text) => Deno.writeTextFile(join(directory, path), text),
    commit,
    [Symbol.asyncDispose]: () => project[Symbol.asyncDispose](),
  };
}

/** Runs the program at a terminal: types each text once what it waits for is shown. Gives all that was shown. */
export async function atTerminal(
  project: Project,
  args: readonly string[],
  keys: readonly (readonly [shown: string, typed: string])[],
): Promise<string> {
  const child = project.atTerminal(args);
  let shown = "";
  const reading = (async () => {
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) shown += text;
  })();
  const writer = child.stdin.getWriter();
  let from = 0;
  for (const [wanted, typed] of keys) {
    await until(`"${wanted}" is shown`, () => Promise.resolve(shown.slice(from).includes(wanted)))
      .catch((error) => {
        throw new Error(`${error.message}; shown: ${shown}`);
      });
    // An answer may be shown before the echo of its question.
    from = shown.length;
    await writer.write(new TextEncoder().encode(typed));
  }
  await Promise.all([child.status, reading, child.stderr.cancel()]);
  await writer.close().catch(() => {});
  return shown;
}
