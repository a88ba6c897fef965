// Where jails' trees live on a server with ZFS: which dataset is theirs, and why they are copies where there is none.

import type { Config } from "../config/field/types.ts";
import { freeName, inBootEnvironment, parentFor } from "../server/datasets.ts";
import type { Facts, SetupFacts } from "../server/facts.ts";
import type { Refusal } from "../server/change.ts";

/** The dataset of the base path. */
export interface Home {
  /** Its name; absent where trees are copies. */
  readonly dataset: string | undefined;
  /** True when setup has to make it. */
  readonly missing: boolean;
  /** Things that a person should see to. */
  readonly advice: readonly string[];
}

/** Finds the dataset of the base path, or chooses one that setup can make without covering anything. */
export function planHome(basePath: string, facts: Facts, setup: SetupFacts): Home {
  const { datasets, holder: { device, mountedAt } } = setup;
  if (facts.dataset !== undefined) {
    const mounted = datasets.find((one) => one.name === facts.dataset);
    const advice = mounted === undefined || mounted.canmount === "on" ? [] : [
      `${mounted.name} is not mounted by itself after a reboot, and the jails are gone then: zfs set canmount=on ${mounted.name}`,
    ];
    return { dataset: facts.dataset, missing: false, advice };
  }
  const copies = (why: string): Home => ({
    dataset: undefined,
    missing: false,
    advice: [`Jails in ${basePath} are copies, although it lies on ZFS: ${why}`],
  });
  const holder = datasets.find((one) => one.name === device && one.mounted);
  if (holder === undefined) return { dataset: undefined, missing: false, advice: [] };
  if (mountedAt === basePath) {
    return copies(`${device} has the mount point "${holder.mountpoint}", not ${basePath}`);
  }
  if (facts.base.length > 0) return copies(notEmpty(facts));
  const parent = parentFor(holder, datasets);
  if (parent === undefined || parent.readonly) return copies(`${parent?.name ?? device} is read-only`);
  if (holder.encrypted && !parent.encrypted) {
    return copies(`a dataset in ${parent.name} would not be encrypted as ${holder.name} is`);
  }
  const dataset = freeName(parent.name, basePath, datasets);
  if (dataset === undefined) return copies(`${parent.name} has other datasets of that name`);
  return { dataset, missing: true, advice: [] };
}

function notEmpty({ trees, templates }: Facts): string {
  return trees.size + templates.length > 0
    ? 'they were made before. "Copies become clones" in docs/runbook.md says how to move them'
    : "it is not empty, so nothing is mounted there. Move its contents away, then run setup again";
}

/** Finds trees that are somewhere else than the base path shows now: a new dataset there would cover them for good. */
export function refuseHome(basePath: string, facts: Facts, setup: SetupFacts): Refusal | undefined {
  const root = setup.datasets.find((one) => one.mountpoint === "/" && one.mounted)?.name;
  const away = setup.datasets.find((one) =>
    one.mountpoint === basePath && !one.mounted && one.canmount !== "off" &&
    !inBootEnvironment(one.name, root)
  );
  if (facts.dataset === undefined && away !== undefined) {
    return {
      problem: `the dataset ${away.name} belongs at ${basePath} and is not mounted`,
      hint: `Mount it: ${away.encrypted ? `zfs load-key ${away.name}; ` : ""}zfs mount ${away.name}`,
    };
  }
  const lost = setup.jailPaths.find((path) => path.startsWith(`${basePath}/`));
  if (facts.base.length === 0 && lost !== undefined) {
    return {
      problem: `${basePath} is empty, and the jail of ${lost} is known`,
      hint:
        `Mount the file system of ${basePath} (zpool import shows pools that are not imported). If its jails are gone for good, ` +
        "delete their files in /usr/local/etc/alcaide/jails",
    };
  }
  return undefined;
}

/** Tells whether jails mount their base system: a clone is as small as that. */
export function isThin({ kind }: Pick<Config["jail"], "kind">, { dataset }: Pick<Facts, "dataset">): boolean {
  return kind === "thin" && dataset === undefined;
}

/** How new jails get their trees, for a status. */
export function treesOf(
  { jail }: Pick<Config, "jail">,
  facts: Pick<Facts, "dataset">,
): { dataset: string | null; thin?: true } {
  return { dataset: facts.dataset ?? null, ...isThin(jail, facts) ? { thin: true } : {} };
}

/** Says how a new jail gets its tree: "jails are clones in zroot/jails". */
export function treesText(dataset: string | undefined, thin = false): string {
  return dataset === undefined ? `jails are ${thin ? "thin" : "copies"}` : `jails are clones in ${dataset}`;
}
