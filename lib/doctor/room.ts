// Space for the next release.

import { appHome } from "../commands/app/app.ts";
import { jailName } from "../commands/paths.ts";
import { slots } from "../core/slot.ts";
import { bytes } from "../core/text.ts";
import { lacksImage, releaseSpace } from "../deploy/plan/checks.ts";
import { isThin } from "../setup/dataset.ts";
import { error, note, unknown, type Verdict, warning } from "./check.ts";
import type { SeenServer } from "./seen.ts";

/**
 * Compares the free space with what the next release needs. A jail that is a copy needs as much as the one before, as does a thin one; a clone
 * only what was put into it.
 */
export function room({ config, facts, setup, more }: SeenServer): Verdict[] {
  const { app, build, jail: { basePath } } = config;
  if (setup.holder.device === "") return [unknown(`The free space at ${basePath} could not be read`)];
  const jails = slots.map((slot) => `${basePath}/${jailName(app, slot)}`);
  const sizeOf = (paths: readonly string[]) => Math.max(0, ...paths.map((path) => more.sizes.get(path) ?? 0));
  const copied = sizeOf([...jails, ...more.sizes.keys()]);
  const own = isThin(config.jail, facts) ? sizeOf(jails) : copied;
  const tree = facts.dataset === undefined ? own : sizeOf(jails.map((path) => `${path}${appHome}`));
  const trees = tree * (1 + Number(build.kind === "jail") + Number(lacksImage(config, facts)));
  const oneDisk = more.stateDisk.device === setup.holder.device;
  const needed = Math.max(
    releaseSpace(config, facts),
    Math.round(1.2 * (trees + (oneDisk ? more.artifact : 0))),
  );
  const measured = more.sizes.size === 0 ? [note("No release is there yet to measure the next one by")] : [];
  return [
    ...spaceVerdict(basePath, facts.free, needed),
    ...oneDisk || more.artifact === 0
      ? []
      : more.stateDisk.free === undefined
      ? [unknown("The free space at /var/db/alcaide could not be read")]
      : spaceVerdict("/var/db/alcaide", more.stateDisk.free, Math.round(1.2 * more.artifact)),
    ...measured,
  ];
}

function spaceVerdict(path: string, free: number, needed: number): Verdict[] {
  if (free >= 2 * needed) return [];
  const says = `${path} has ${bytes(free)} free, the next release needs about ${bytes(needed)}`;
  const remedy = `Make room: du -shx ${path}/* shows where it went; a smaller keep drops releases`;
  return [free < needed ? error(says, remedy) : warning(says, remedy)];
}
