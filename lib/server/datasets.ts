// ZFS on a server: its file systems, and which of them the jails' trees can live in.

import { basename } from "node:path";

/** A file system of ZFS. */
export interface DatasetFact {
  readonly name: string;
  /** A path, `none` or `legacy`. */
  readonly mountpoint: string;
  readonly mounted: boolean;
  /** `on`, `off` or `noauto`. */
  readonly canmount: string;
  readonly readonly: boolean;
  readonly encrypted: boolean;
}

/** The file system that a path lies in, as `df` names it. */
export interface HolderFact {
  /** A device, or the name of a dataset. */
  readonly device: string;
  readonly mountedAt: string;
}

/** Reads `zfs list -H -o name,mountpoint,mounted,canmount,readonly,encryption`. */
export function parseDatasets(text: string): DatasetFact[] {
  return text.split("\n").map((row) => row.split("\t")).filter((cells) => cells.length === 6).map((
    [name = "", mountpoint = "", mounted, canmount = "", readonly, encryption = ""],
  ) => ({
    name,
    mountpoint,
    mounted: mounted === "yes",
    canmount,
    readonly: readonly === "on",
    encrypted: encryption !== "off" && encryption !== "-",
  }));
}

/** Reads the last line of `df -k`. */
export function parseHolder(text: string): HolderFact {
  const match = /\s-?\d+\s+-?\d+\s+-?\d+\s+-?\d+%\s+(.*)$/m.exec(text);
  return {
    device: text.slice(0, match?.index ?? 0).trim().split("\n").at(-1) ?? "",
    mountedAt: match?.[1] ?? "",
  };
}

/**
 * Tells whether a dataset belongs to a boot environment: `bectl` makes, rolls back and destroys those with everything in them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { inBootEnvironment } from "./datasets.ts";
 *
 * assertEquals(inBootEnvironment("zroot/ROOT/old", "zroot/ROOT/default"), true);
 * assertEquals(inBootEnvironment("zroot/home", "zroot/ROOT/default"), false);
 * ```
 */
export function inBootEnvironment(name: string, root: string | undefined): boolean {
  if (root === undefined) return false;
  const parent = root.slice(0, root.lastIndexOf("/"));
  const all = parent.includes("/") ? parent : root;
  return name === all || name.startsWith(`${all}/`);
}

/** The dataset that a new one at `basePath` is made in: never a boot environment. */
export function parentFor(holder: DatasetFact, datasets: readonly DatasetFact[]): DatasetFact | undefined {
  const root = datasets.find((one) => one.mountpoint === "/" && one.mounted)?.name;
  if (!inBootEnvironment(holder.name, root)) return holder;
  return datasets.find((one) => one.name === holder.name.replace(/\/.*/, ""));
}

/** The name of a new dataset, after the last part of its path: one that is free. */
export function freeName(
  parent: string,
  path: string,
  datasets: readonly DatasetFact[],
): string | undefined {
  const last = basename(path).replaceAll(/[^A-Za-z0-9_.-]/g, "_");
  const names = [`${parent}/${last}`, `${parent}/alcaide_${last}`];
  return names.find((name) => datasets.every((one) => one.name !== name));
}
