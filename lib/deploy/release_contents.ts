// Looks into a release that was made here, before it is uploaded.

import { basename } from "node:path";
import type { Config } from "../config/field/types.ts";
import { AlcaideError } from "../core/error.ts";
import type { Runner } from "../remote/runner.ts";
import { sh } from "../core/sh.ts";

/** A name at the top of a release. */
type Top = Readonly<{ name: string; folder: boolean }>;

/**
 * Refuses a release that is empty, or that has all in one folder that no command of the configuration names: unpacked, it
 * would not be where the start command looks for it.
 *
 * @throws {AlcaideError} that names the folder, and what to do
 */
export async function checkContents(
  local: Runner,
  config: Pick<Config, "start" | "beforeStart" | "migrate">,
  { path, packed }: { path: string; packed: boolean },
): Promise<void> {
  const tops = packed ? await topsOfTarball(local, path) : await topsOfDirectory(path);
  if (tops === undefined) return;
  const [only, more] = tops;
  const refuse = (problem: string, hint: string) => {
    throw new AlcaideError(`Cannot use ${path} as a release: ${problem}`, { hint });
  };
  if (only === undefined) return refuse("it is empty", "Look at the command that makes it, and at build");
  const named = [config.start, config.migrate ?? "", ...config.beforeStart]
    .some((command) => command.split(/[^\w.@+-]+/).includes(only.name));
  if (!only.folder || more !== undefined || named) return;
  refuse(
    `all of it is in the folder ${only.name}, and start is "${config.start}"`,
    packed
      ? `Pack the folder's contents: tar -C ${only.name} -czf ${basename(path)} . Or name the folder in start`
      : `Write build: ${path}/${only.name}, or name the folder in start`,
  );
}

/** The first two names at the top; undefined when no tar here can read such a file, though the server's may. */
async function topsOfTarball(local: Runner, path: string): Promise<Top[] | undefined> {
  const { stdout, stderr } = await local.exec(sh`LC_ALL=C; export LC_ALL
tar -tf ${path} | awk '{ while (sub(/^\.\//, "")); if ($0 == "" || $0 == ".") next
  at = index($0, "/"); top = at ? substr($0, 1, at - 1) : $0
  if (top in seen) next
  seen[top]; print (at ? "folder " : "file ") top; if (++count == 2) exit }'`);
  const tops = stdout.split("\n").filter((row) => row !== "").map((row) => ({
    name: row.slice(row.indexOf(" ") + 1),
    folder: row.startsWith("folder "),
  }));
  if (tops.length > 0 || stderr.trim() === "") return tops;
  if (/exec|not found|unsupported/i.test(stderr)) return undefined;
  throw new AlcaideError(`Cannot use ${path} as a release: tar can't read it`, {
    details: stderr.trim().split("\n").slice(0, 3),
    hint: "It may be cut off, or not be a tarball: look at the command that makes it",
  });
}

async function topsOfDirectory(path: string): Promise<Top[]> {
  const tops: Top[] = [];
  for await (const { name, isFile, isSymlink } of Deno.readDir(path)) {
    if (name !== ".alcaide") tops.push({ name, folder: !isFile && !isSymlink });
    if (tops.length === 2) break;
  }
  return tops;
}
