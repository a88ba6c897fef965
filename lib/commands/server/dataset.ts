// The dataset that jails' trees are clones in.

import { type Command, sh } from "../../core/sh.ts";

/** The ZFS property of a base path's dataset that we made: its path. Only a local value counts, since others are inherited. */
export const baseMark = "alcaide:base";

/** Makes the dataset of a base path unless it is there: programs run in it, and no automatic snapshots keep trees alive. */
export function makeBase(dataset: string, basePath: string): Command {
  const properties = [
    `mountpoint=${basePath}`,
    "exec=on",
    "setuid=on",
    "com.sun:auto-snapshot=false",
    `${baseMark}=${basePath}`,
  ].flatMap((property) => ["-o", property]);
  // ZFS on FreeBSD mounts over a directory that isn't empty, and hides what it holds.
  return sh`if [ "$(zfs get -H -o value -s local ${baseMark} ${dataset} 2>/dev/null)" != ${basePath} ]; then
  if [ -n "$(ls -A ${basePath} 2>/dev/null)" ]; then echo ${`${basePath} is not empty`} >&2; exit 1; fi
  zfs create ${properties} ${dataset}
fi`;
}
