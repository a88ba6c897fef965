// Answers that need nothing of the program, which is loaded when there is none: the version, and where no Alcaidefile adds tasks
// the help and the names of tasks.

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

/** Answers a command line; false when the program must. */
export async function answerFirst(
  args: readonly string[],
  words: FirstWords,
  version: string,
): Promise<boolean> {
  // Such a job's log gets a summary as well.
  if (Deno.env.get("GITHUB_ACTIONS") || Deno.env.get("GITLAB_CI")) return false;
  try {
    const lines = await answer(args, words, version);
    if (lines === undefined) return false;
    writeAll(Deno.stdout, new TextEncoder().encode(lines.map((line) => `${line}\n`).join("")));
    return true;
  } catch {
    // The program has words for a reader who went away, a full disk, a directory that was removed.
    return false;
  }
}

async function answer(
  args: readonly string[],
  { help, names }: FirstWords,
  version: string,
): Promise<readonly string[] | undefined> {
  const [first = "--help", ...rest] = args;
  if (first === "--version" && rest.length === 0) return [`alcaide ${version}`];
  const [, typed] = rest;
  const lines = ["help", "--help", "-h"].includes(first) && rest.length === 0
    ? help
    : first === completeWord && rest.length === 2 && /^\w*$/.test(typed ?? "-")
    ? names.filter((line) => line.startsWith(typed ?? ""))
    : undefined;
  return lines === undefined || await findAlcaidefile(Deno.cwd()) !== undefined ? undefined : lines;
}
