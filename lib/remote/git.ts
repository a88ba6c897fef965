// Why git can't read a directory.

import { script } from "../core/script.ts";
import { type Script, sh } from "../core/sh.ts";

const noRepository = "no repository";

/** A message of git, with advice. */
export interface GitTrouble {
  /** The end of a sentence: "git does not trust /src, which belongs to another user". */
  readonly problem: string;
  readonly hint: string;
}

/** Goes to a directory where git can be asked; ends the script where it can't, with words that {@linkcode gitTrouble} knows. */
export function inRepository(directory: string): Script {
  return script(
    sh`LC_ALL=C; export LC_ALL
cd ${directory}`,
    sh`if ! git rev-parse --show-prefix >/dev/null 2>&1; then
  top=$(pwd -P)
  until [ -e "$top/.git" ] || [ "$top" = / ]; do top=$(dirname "$top"); done
  [ -e "$top/.git" ] || { echo ${noRepository} >&2; exit 1; }
  git rev-parse --show-prefix; exit 1
fi`,
  );
}

/** The problem, from git's own words in English; undefined when there simply is no repository. */
export function gitTrouble(directory: string, stderr: string): GitTrouble | undefined {
  const said = stderr.trim();
  if (said === noRepository) return undefined;
  if (/git: (command )?not found/.test(said)) {
    return { problem: "git is not installed on this machine", hint: "Install git" };
  }
  const [, untrusted] = /dubious ownership in repository at '(.*)'/.exec(said) ?? [];
  if (untrusted !== undefined) {
    return {
      problem: `git does not trust ${untrusted}, which belongs to another user`,
      hint: `If you do: git config --global --add safe.directory ${untrusted}`,
    };
  }
  const [, gone] = /not a git repository: (.*)$/m.exec(said) ?? [];
  if (gone !== undefined) {
    return {
      problem: `the repository of ${directory} is not there: ${gone}`,
      hint:
        "It is a worktree or submodule: bring its repository along, run git worktree repair there, or clone it",
    };
  }
  return {
    problem: `git can't read ${directory}: ${said.split("\n")[0] || "it says nothing"}`,
    hint: "Try git status there",
  };
}
