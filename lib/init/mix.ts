// `mix alcaide.deploy`: an alias of a Mix project that calls the program.

import { join } from "node:path";
import { AlcaideError } from "../core/error.ts";
import { type Outcome, unwritable } from "./gitignore.ts";

/**
 * The alias. A function gets its arguments as they are, runs once in an umbrella, and keeps the status. As a tuple it may stand before
 * tuples and keywords.
 */
const alias = `
      {:"alcaide.deploy",
       fn args ->
         {_, status} = System.cmd("alcaide", ["deploy" | args], into: IO.stream(), stderr_to_stdout: true)
         if status != 0, do: exit({:shutdown, status})
       end},`;

/** Adds the alias to the text of a `mix.exs`; undefined where that has no list of aliases. */
export function withMixAlias(text: string): string | undefined {
  if (text.includes("alcaide.deploy")) return text;
  const [begin] = /^ *defp aliases do\s*\[/m.exec(text) ?? [];
  return begin && text.replace(begin, () => `${begin}${alias}`);
}

/** Tells whether a directory has a `mix.exs` that the alias can be added to, and hasn't been. */
export async function takesMixAlias(directory: string): Promise<boolean> {
  const text = await readMix(directory).catch(() => "");
  return ![undefined, text].includes(withMixAlias(text));
}

/**
 * Adds the alias to the `mix.exs` of a directory.
 *
 * @throws {AlcaideError} when there is none, or no list of aliases in it
 */
export async function addMixAlias(directory: string): Promise<Outcome> {
  const path = join(directory, "mix.exs");
  const before = await readMix(directory).catch((cause) => {
    throw new AlcaideError(`Cannot read ${path}`, { cause, hint: "Run it beside the project's mix.exs" });
  });
  const after = withMixAlias(before);
  if (after === undefined) {
    throw new AlcaideError(`Cannot add mix alcaide.deploy: ${path} has no "defp aliases do"`, {
      hint: "Add the alias by hand: docs/phoenix.md shows it",
    });
  }
  if (after === before) return "left alone";
  await Deno.writeTextFile(path, after).catch((cause) => {
    throw unwritable(path, cause);
  });
  return "extended";
}

async function readMix(directory: string): Promise<string> {
  return await Deno.readTextFile(join(directory, "mix.exs"));
}
