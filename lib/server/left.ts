// The rest of an app on a server, by the answer to `listLeft()`.

import { type Facts, runningJails } from "./facts.ts";
import { splitFirst } from "./rows.ts";

/** The rest of an app. Jails whose names begin like its own may be another app's. */
export interface Left {
  /** Files and directories that are the app's alone. */
  readonly own: readonly string[];
  /** Files of others in directories of the app. */
  readonly kept: readonly string[];
  /** Jails that have files of ours. */
  readonly jails: ReadonlySet<string>;
  /** Roots of jails, by their files. */
  readonly roots: ReadonlyMap<string, string>;
  /** Directories in the base path that bear our mark, or are empty. */
  readonly trees: ReadonlySet<string>;
  /** Those that bear none. */
  readonly foreign: ReadonlySet<string>;
  /** Datasets and snapshots below the base path's. */
  readonly datasets: readonly string[];
}

/** Reads the answer to `listLeft()`. */
export function parseLeft(text: string): Left {
  const cells = text.split("\n").filter((row) => row !== "").map((row) => splitFirst(row, " "));
  const of = (kind: string) => cells.filter(([word]) => word === kind).map(([, rest]) => rest);
  const own = of("own");
  return {
    own,
    kept: of("all").filter((path) => !own.includes(path) && !own.some((one) => one.startsWith(`${path}/`))),
    jails: new Set(of("file").map((rest) => splitFirst(rest, " ")[0])),
    roots: new Map(of("at").map((rest) => splitFirst(rest, " "))),
    trees: new Set(of("tree")),
    foreign: new Set(of("foreign")),
    datasets: of("zfs"),
  };
}

/**
 * Tells why a jail that runs under the name of one of ours isn't ours: "exists", "runs in /else". The kernel names the root of our own
 * by its real path.
 */
export function strangeJail(
  { name, path }: { readonly name: string; readonly path: string },
  facts: Pick<Facts, "jails">,
  left: Pick<Left, "jails">,
): string | undefined {
  const running = runningJails(facts).find((jail) => jail.name === name);
  if (running === undefined) return undefined;
  if (!left.jails.has(name)) return "exists";
  const known = running.path === path || running.path.endsWith(`/${name}`);
  return known ? undefined : `runs in ${running.path}`;
}

/** A volume as `lookAtVolumes()` found it. */
export type VolumeFact = "link" | "absent" | "mount" | { readonly owner: number };

/** The facts about volumes. */
export interface VolumeFacts {
  readonly volumes: ReadonlyMap<string, VolumeFact>;
  /** Directories that jails have mounted, with the jail's name. */
  readonly uses: readonly { readonly jail: string; readonly path: string }[];
}

/** Reads the answer to `lookAtVolumes()`. */
export function parseVolumes(text: string): VolumeFacts {
  const rows = text.split("\n").map((row) => row.split(" ")).filter((cells) => cells.length > 1);
  const looks = rows.filter(([first = ""]) => first.startsWith("/"));
  return {
    volumes: new Map(
      looks.map(([path = "", kind, owner]) => [
        path,
        kind === "link" || kind === "absent" || kind === "mount" ? kind : { owner: Number(owner) },
      ]),
    ),
    uses: rows.filter(([first]) => first === "use").map(([, jail = "", path = ""]) => ({ jail, path })),
  };
}
