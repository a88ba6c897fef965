// Answers that are given before the program is loaded: the version, and where no Alcaidefile adds tasks the help and the names of
// tasks.

import { writeAll } from "../core/write_all.ts";
import { findAlcaidefile } from "./find_file.ts";
import { completeWord } from "./shells.ts";

/** The texts of the answers, in lines. */
export interface FirstWords {
  /** The output of `alcaide --help`. */
  readonly help: readonly string[];
  /** The candidates for the first word. */
  readonly names: readonly string[];
}

/** The surroundings of a command line. */
export interface FirstPlace {
  cwd(): string;
  readonly env: { get(name: string): string | undefined };
}

/** Answers a command line on standard output; false when the program must. */
export async function answerFirst(
  args: readonly string[],
  words: FirstWords,
  version: string,
): Promise<boolean> {
  try {
    const lines = await firstAnswer(args, words, version);
    if (lines === undefined) return false;
    const shown = Deno.stdout.isTerminal() ? (await import("./fold.ts")).foldHere(lines) : lines;
    writeAll(Deno.stdout, new TextEncoder().encode(shown.map((line) => `${line}\n`).join("")));
    return true;
  } catch {
    // The program has words for a reader who went away, a full disk, a directory that was removed.
    return false;
  }
}

/** The lines of the answer; undefined when the program must give it. */
export async function firstAnswer(
  [first = "--help", ...rest]: readonly string[],
  { help, names }: FirstWords,
  version: string,
  { cwd, env }: FirstPlace = Deno,
): Promise<readonly string[] | undefined> {
  const [typed = "", more] = first === completeWord ? rest.slice(1) : ["", rest[0]];
  if (more !== undefined) return undefined;
  if (first === "--version") return [`alcaide ${version}`];
  // A job of these systems gets a summary as well. The installer's question for the version is none of its work.
  if (env.get("GITHUB_ACTIONS") || env.get("GITLAB_CI")) return undefined;
  const lines = ["help", "--help", "-h"].includes(first)
    ? help
    : first === completeWord && /^\w*$/.test(typed)
    ? names.filter((line) => line.startsWith(typed))
    : undefined;
  return lines === undefined || await findAlcaidefile(cwd()) !== undefined ? undefined : lines;
}
