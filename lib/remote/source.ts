// The source of an app on this machine, as git knows it.

import { AlcaideError, CommandError, type Exit } from "../core/error.ts";
import { gitTrouble, inRepository } from "./git.ts";
import type { Runner } from "./runner.ts";
import { script } from "../core/script.ts";
import { sh } from "../core/sh.ts";
import { plural } from "../core/text.ts";

/** A state of the source. */
export interface Source {
  /** Git's name for the contents of the Alcaidefile's directory. */
  readonly tree: string;
  /** True when it holds what is not committed. */
  readonly dirty: boolean;
}

/** How to read the source. */
export interface SourceOptions {
  /** Takes along what is not committed: changed files and new ones that git doesn't ignore. */
  readonly dirty?: boolean;
}

/**
 * Finds out what would be built: the Alcaidefile's directory at the commit that is checked out. Neither the working tree
 * nor git's index is touched, also when changes are taken along.
 *
 * @throws {AlcaideError} outside a repository, with changes that nobody asked for, and with submodules
 */
export async function readSource(
  local: Runner,
  directory: string,
  { dirty = false }: SourceOptions = {},
): Promise<Source> {
  const exit = await local.exec(script(
    inRepository(directory),
    sh`git rev-parse -q --verify HEAD^0 >/dev/null || { echo 'no commit' >&2; exit 1; }`,
    sh`git status --porcelain -- . ${ours.map((name) => `:(exclude,glob)${name}`)} | sed 's/^/change /'`,
    sh`index=$(mktemp)`,
    sh`trap 'rm -f "$index" "$index.lock"' EXIT`,
    dirty ? snapshot : committed,
    withoutOurs,
    sh`echo "tree $tree"
git ls-tree -r "$tree" | awk '$1 == "160000" { sub(/^[^\t]*\t/, ""); print "submodule " $0 }'`,
  ));
  if (exit.code !== 0) throw unreadable(directory, exit);
  const rows = exit.stdout.split("\n");
  const of = (kind: string) =>
    rows.filter((row) => row.startsWith(`${kind} `)).map((row) => row.slice(kind.length + 1));
  const changes = of("change");
  if (changes.length > 0 && !dirty) throw uncommitted(changes);
  const submodules = of("submodule");
  if (submodules.length > 0) {
    throw new AlcaideError(`Cannot build from a source with submodules: ${submodules.join(", ")}`, {
      hint:
        "Put their files into the repository, or build with a command of your own: build: { command, result }",
    });
  }
  return { tree: of("tree")[0] ?? "", dirty: changes.length > 0 };
}

/** Packs a state of the source into a file. */
export async function packSource(
  local: Runner,
  directory: string,
  source: Pick<Source, "tree">,
  file: string,
): Promise<void> {
  await local.run(
    sh`cd ${directory} && cd "$(git rev-parse --show-toplevel)" &&
git archive --format=tar.gz -o ${file} ${source.tree}`,
  );
}

/** Tells whether a state of the source defines a module of Elixir. */
export async function definesModule(
  local: Runner,
  directory: string,
  { module, tree }: { module: string; tree?: string | undefined },
): Promise<boolean> {
  const pattern = `defmodule +${module.replaceAll(".", "\\.")}([^A-Za-z0-9_.]|$)`;
  const exit = await local.exec(
    tree === undefined
      ? sh`cd ${directory} && git grep -q -E --untracked -e ${pattern} -- '*.ex'`
      : sh`cd ${directory} && cd "$(git rev-parse --show-toplevel)" || exit 2
git grep -q -E -e ${pattern} ${tree} -- '*.ex'`,
  );
  // Without a repository nobody knows, and nobody is warned.
  return exit.code !== 1;
}

/** Alcaide's own files, which are not part of an app. So a change of the configuration builds nothing, and no key leaves home. */
const ours = ["Alcaidefile.*", "alcaide.d.ts", "alcaide.secrets", "alcaide.*.secrets", "**/.alcaide/**"];

const committed = sh`tree=$(git rev-parse -q --verify HEAD:./) || { echo 'no commit' >&2; exit 1; }`;

/** With an index of its own, git notes everything and the real index stays as it is. */
const snapshot = script(
  sh`cp "$(git rev-parse --git-path index)" "$index" 2>/dev/null || rm -f "$index"`,
  sh`GIT_INDEX_FILE=$index git add -A -- . ':(exclude,glob)**/.alcaide/**'`,
  sh`all=$(GIT_INDEX_FILE=$index git write-tree)`,
  sh`tree=$(git rev-parse -q --verify "$all:./") || { echo 'no commit' >&2; exit 1; }`,
);

/** In an index that holds the directory alone, whose names are read at the top of the repository. */
const withoutOurs = script(
  sh`cd "$(git rev-parse --show-toplevel)" && rm -f "$index"`,
  sh`GIT_INDEX_FILE=$index; export GIT_INDEX_FILE
git read-tree "$tree"`,
  sh`git ls-files | grep -E '^(Alcaidefile\.[^/]*|alcaide\.d\.ts|alcaide(\.[^/]*)?\.secrets)$|(^|/)\.alcaide/' |
git update-index --force-remove --stdin`,
  sh`tree=$(git write-tree)`,
  sh`unset GIT_INDEX_FILE`,
);

function uncommitted(changes: readonly string[]): AlcaideError {
  const shown = changes.slice(0, 8);
  const more = changes.length - shown.length;
  return new AlcaideError(`Cannot build: ${plural(changes.length, "file")} not as in the last commit`, {
    details: [...shown, ...more > 0 ? [`and ${more} more`] : []],
    hint: "Commit or ignore them, or deploy them as they are with --dirty",
  });
}

function unreadable(directory: string, exit: Exit): AlcaideError {
  const said = exit.stderr.trim();
  const trouble = gitTrouble(directory, said);
  if (trouble === undefined) {
    return new AlcaideError(`Cannot build: ${directory} is in no git repository`, {
      hint: "A build in a jail takes what is committed: git init && git add -A && git commit -m first",
    });
  }
  if (/no commit/.test(said)) {
    return new AlcaideError(`Cannot build: nothing in ${directory} is committed yet`, {
      hint: "A build in a jail takes what is committed: git add -A && git commit, or deploy with --dirty",
    });
  }
  return new AlcaideError(`Cannot build: ${trouble.problem}`, {
    cause: new CommandError("this machine", "git", exit),
    hint: trouble.hint,
  });
}
