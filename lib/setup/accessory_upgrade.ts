// Moves an accessory to the newest template: decided from the configuration and the facts alone.

import { basename } from "node:path";
import type { AccessoryRecord } from "../commands/accessory/record.ts";
import { upgradeAccessory, upgradeTrees } from "../commands/accessory/upgrade.ts";
import type { AccessorySpec } from "../commands/accessory/files.ts";
import type { Config } from "../config/field/types.ts";
import { type Change, refuse } from "../server/change.ts";
import { type Facts, jailVersion } from "../server/facts.ts";
import { type AccessoryInputs, allocateAll, logHint } from "./accessories.ts";
import { refuseForeign, refuseMoves } from "./accessory_checks.ts";
import { recordAccessory } from "./accessory_record.ts";
import { accessoriesOn } from "../server/accessories.ts";
import { templateFor } from "../server/patches.ts";

/**
 * Decides how an accessory gets the newest template; undefined where it has that already.
 *
 * @throws {AlcaideError} when it can't be made again as the configuration has it
 */
export async function planUpgrade(
  config: Config,
  facts: Facts,
  server: string,
  { name, ...inputs }: AccessoryInputs & { readonly name: string },
): Promise<Change | undefined> {
  const { specs } = allocateAll(config, facts, accessoriesOn(config, server), inputs);
  const spec = specs.find(({ accessory }) => accessory.name === name);
  const record = spec && facts.accessories.get(spec.jail.name);
  const work = `upgrade ${name} on ${server}`;
  if (spec === undefined || record === undefined) {
    refuse(work, [{
      problem: spec === undefined ? "the configuration does not name it" : "setup did not finish it",
      hint: spec === undefined ? `"alcaide accessory remove ${name}" ends it` : 'Run "alcaide setup" first',
    }]);
    return undefined;
  }
  const freebsd = jailVersion(config, facts);
  const next = await recordAccessory(spec, { ...record, freebsd });
  refuse(work, [
    ...refuseForeign(facts, spec),
    ...refuseMoves(record, next, spec.accessory),
    !facts.templates.includes(templateFor(freebsd, facts.templates)) && {
      problem: `there is no base system ${freebsd}`,
      hint: 'Run "alcaide setup" first',
    },
  ]);
  return upgradeChange(spec, next, facts);
}

function upgradeChange(spec: AccessorySpec, next: AccessoryRecord, facts: Facts): Change | undefined {
  const { accessory: { name }, tree, template } = spec;
  const [was, is] = [tree, template].map(({ path }) => facts.versions.get(path));
  const halves = Object.values(upgradeTrees(tree)).map(({ path }) => basename(path));
  const cut = facts.base.some((one) => halves.includes(one));
  if (was !== undefined && was === is && !cut) return undefined;
  return {
    title: `Move ${name} to FreeBSD ${is ?? next.freebsd}; it stops for a moment`,
    reason: cut ? "an upgrade was cut off" : `its jail has ${was ?? "an unknown version"}`,
    command: upgradeAccessory(spec, next),
    lock: "setup",
    hint: `The old jail runs again. ${logHint(name)}`,
  };
}
