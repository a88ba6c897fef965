/**
 * The Elixir app in a repository of its own, as a user has it.
 */

import { join } from "@std/path";
import { elixirApp } from "../elixir_app/app.ts";
import { local } from "../../lib/local.ts";
import { type Command, sh } from "../../lib/sh.ts";
import type { Place } from "./place.ts";
import { makeProject, type Project } from "./project.ts";

/** A project whose source is committed. */
export interface ElixirProject extends Project {
  /** Writes a file of the source. */
  write(path: string, text: string): Promise<void>;
  /** Commits everything. */
  commit(): Promise<void>;
}

/** Makes a project out of the app's source. The Alcaidefile's values are TypeScript. */
export async function makeElixirProject(place: Place, values: string): Promise<ElixirProject> {
  const project = await makeProject(place, "shop", { keep: 3 });
  const { directory } = project;
  const git = (command: Command) => local({ cwd: directory }).run(command);
  await git(sh`cp -R ${`${elixirApp}/.`} . && printf 'home/\ntmp/\n' >>.gitignore && git init -q`);
  const file = join(directory, "Alcaidefile.ts");
  const plain = (await Deno.readTextFile(file)).replace(/^export default/, "const plain =");
  await Deno.writeTextFile(
    file,
    `import { elixir } from "alcaide";\n${plain}\nexport default { ...plain, start: undefined, ${values} };\n`,
  );
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

/** Runs the program at a terminal of its own, with keys pressed once it has asked; gives what the terminal showed. */
export async function atTerminal(project: Project, args: readonly string[], keys: string): Promise<string> {
  const child = project.atTerminal(args);
  const shown = new Response(child.stdout).text();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(keys));
  await child.status;
  await writer.close().catch(() => {});
  return await shown;
}
