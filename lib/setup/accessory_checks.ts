// Changes of accessories that setup refuses: they could cost data, or the thing isn't ours.

import { basename } from "node:path";
import type { AccessoryRecord } from "../commands/accessory/record.ts";
import type { AccessorySpec } from "../commands/accessory/files.ts";
import type { Accessory } from "../config/field/types.ts";
import type { Refusal } from "../server/change.ts";
import { type Facts, owns, runningJails } from "../server/facts.ts";
import { list } from "../core/text.ts";

/** Reasons not to touch a jail, a directory or a volume of an accessory: they are somebody else's. */
export function refuseForeign(facts: Facts, { jail, tree, accessory }: AccessorySpec): (Refusal | false)[] {
  const others = runningJails(facts);
  const running = others.find((one) => one.name === jail.name);
  const user = others.find((one) => one.name !== jail.name && one.addresses.includes(jail.ip4));
  const name = basename(tree.path);
  return [
    running !== undefined && (running.path !== jail.path || !facts.jailFiles.has(jail.name)) && {
      problem: `the jail ${jail.name} exists, and alcaide did not make it`,
      hint: "Rename it, or give the accessory another name",
    },
    facts.base.includes(name) && !owns(facts, { name: jail.name, path: tree.path }) && {
      problem: `${tree.path} exists, and alcaide did not make it`,
      hint: "Move it away, or give the accessory another name",
    },
    user !== undefined && {
      problem: `the jail ${user.name} uses ${jail.ip4}, the accessory's address`,
      hint: "Give that jail another address",
    },
    ...[...facts.accessories.values()].filter((other) => other.jail !== jail.name).map((other) => {
      const shared = accessory.volumes.find(({ host }) =>
        other.volumes.some((volume) => sameTree(host, volume))
      );
      return shared !== undefined && {
        problem: `${shared.host} is in use by ${other.name} of ${other.app}`,
        hint: "Two programs on the same files destroy them: give each a directory of its own",
      };
    }),
  ];
}

/** Tells whether one of two directories holds the other; of a volume, the one on the host counts. */
export function sameTree(host: string, volume: string): boolean {
  const other = volume.split(":")[0] ?? "";
  return host === other || host.startsWith(`${other}/`) || other.startsWith(`${host}/`);
}

/** Changes that can't be made in place: data would be lost, or stay behind. */
export function refuseMoves(
  record: AccessoryRecord,
  next: AccessoryRecord,
  { name, upgrade }: Accessory,
): (Refusal | false)[] {
  const again = `"alcaide accessory remove ${name}" keeps its data; setup then makes it anew`;
  const differs = (field: "kind" | "release" | "volumes" | "ports") =>
    String(record[field]) !== String(next[field]);
  const changed = (field: "volumes" | "ports") =>
    [record, next].map((one) => list(one[field].map(String)) || "none").join(" to ");
  return [
    differs("kind") && {
      problem: `it is ${record.kind} there, ${next.kind} in the configuration`,
      hint: `Choose another name for the new one, or: ${again}`,
    },
    differs("release") && {
      problem:
        `it is ${record.kind} ${record.release} there, ${next.release} in the configuration, which can't read its data`,
      hint: upgrade.map((step, index) => `${index + 1}. ${step}`).join("; ") ||
        `Write version ${record.release}; or: ${again}`,
    },
    differs("volumes") && {
      problem: `its volumes changed from ${changed("volumes")}, and setup moves no data`,
      hint: `Stop it ("alcaide accessory remove ${name}" keeps the data), move the directory, then run setup`,
    },
    differs("ports") && {
      problem: `its port changed from ${changed("ports")}, where the live release would not find it`,
      hint: `Write the old port; or: ${again}, and deploy with the new one at once`,
    },
  ];
}
