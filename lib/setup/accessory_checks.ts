/**
 * Changes of accessories that setup refuses: they could cost data, or the thing isn't ours.
 *
 * @module
 */

import type { AccessoryRecord } from "../commands/accessory/record.ts";
import type { AccessorySpec } from "../commands/accessory/files.ts";
import { AlcaideError } from "../core/error.ts";
import { type Facts, owns, runningJails } from "../server/facts.ts";
import { list } from "../core/text.ts";

/** Ends a plan, and says why. */
export type Fail = (problem: string, hint: string) => never;

/** Ends the plan of an accessory. */
export function failing(name: string, server: string): Fail {
  return (problem, hint) => {
    throw new AlcaideError(`Cannot set up ${name} on ${server}: ${problem}`, { hint });
  };
}

/** A jail or a directory of its name, or a volume in use, that isn't ours must not be touched. */
export function refuseForeign(facts: Facts, { jail, tree, accessory }: AccessorySpec, fail: Fail): void {
  const running = runningJails(facts).find((one) => one.name === jail.name);
  const name = tree.path.slice(tree.path.lastIndexOf("/") + 1);
  if (running && (running.path !== jail.path || !facts.jailFiles.has(jail.name))) {
    fail(
      `the jail ${jail.name} exists, and alcaide did not make it`,
      "Rename it, or give the accessory another name",
    );
  }
  if (facts.base.includes(name) && !owns(facts, { name: jail.name, path: tree.path })) {
    fail(
      `${tree.path} exists, and alcaide did not make it`,
      "Move it away, or give the accessory another name",
    );
  }
  const user = runningJails(facts).find((one) => one.name !== jail.name && one.addresses.includes(jail.ip4));
  if (user) {
    fail(`the jail ${user.name} uses ${jail.ip4}, the accessory's address`, "Give that jail another address");
  }
  for (const other of facts.accessories.values()) {
    if (other.jail === jail.name) continue;
    const shared = accessory.volumes.find(({ host }) =>
      other.volumes.some((volume) => sameTree(host, volume))
    );
    if (shared) {
      fail(
        `${shared.host} is in use by ${other.name} of ${other.app}`,
        "Two programs on the same files destroy them: give each a directory of its own",
      );
    }
  }
}

function sameTree(host: string, volume: string): boolean {
  const other = volume.split(":")[0] ?? "";
  return host === other || host.startsWith(`${other}/`) || other.startsWith(`${host}/`);
}

/** Changes that can't be made in place: data would be lost, or stay behind. */
export function refuseMoves(
  record: AccessoryRecord,
  next: AccessoryRecord,
  spec: AccessorySpec,
  fail: Fail,
): void {
  const { name, upgrade } = spec.accessory;
  const again = `"alcaide accessory remove ${name}" keeps its data; setup then makes it anew`;
  if (record.kind !== next.kind) {
    fail(
      `it is ${record.kind} there, ${next.kind} in the configuration`,
      `Choose another name for the new one, or: ${again}`,
    );
  }
  if (record.release !== next.release) {
    const steps = upgrade.map((step, index) => `${index + 1}. ${step}`);
    fail(
      `it is ${record.kind} ${record.release} there, ${next.release} in the configuration, which can't read its data`,
      steps.length === 0 ? `Write version ${record.release}; or: ${again}` : steps.join("; "),
    );
  }
  if (record.volumes.join() !== next.volumes.join()) {
    fail(
      `its volumes changed from ${list(record.volumes) || "none"} to ${
        list(next.volumes) || "none"
      }, and setup moves no data`,
      `Stop it ("alcaide accessory remove ${name}" keeps the data), move the directory, then run setup`,
    );
  }
  if (record.ports.join() !== next.ports.join()) {
    fail(
      `its port changed from ${list(record.ports.map(String))} to ${
        list(next.ports.map(String))
      }, where the live release would not find it`,
      `Write the old port; or: ${again}, and deploy with the new one at once`,
    );
  }
}
