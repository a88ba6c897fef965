// The jail of a slot, and what it mounts.

import type { JailSpec } from "../../commands/jail/jail.ts";
import { jailLogDir } from "../../commands/jail/supervised.ts";
import type { TreeSpec } from "../../commands/jail/tree.ts";
import type { Marker } from "../../commands/live.ts";
import { jailName, layerPoint, logDir, newestTemplate } from "../../commands/paths.ts";
import type { Config } from "../../config/field/types.ts";
import { longestStop, type ReleaseProcesses } from "../../core/process.ts";
import type { Facts } from "../../server/facts.ts";
import { addressOf, type AppAllocation } from "../../server/host_state.ts";
import { isThin } from "../../setup/dataset.ts";

/** The jail of a slot as the configuration wants it. */
export function appJail(
  config: Pick<Config, "app" | "jail" | "volumes" | "limits">,
  declared: ReleaseProcesses,
  allocation: AppAllocation,
  live: Marker,
): JailSpec {
  const name = jailName(config.app, live.slot);
  return {
    name,
    path: `${config.jail.basePath}/${name}`,
    ip4: addressOf(allocation, live.slot),
    release: live.release,
    ...config.jail.nameservers === undefined ? {} : { nameservers: config.jail.nameservers },
    stopTimeout: longestStop(declared),
    limits: config.limits,
    ...declared.processes.length === 0 ? {} : { together: true },
    mounts: [{ host: `${logDir}/${config.app}`, jail: jailLogDir }, ...config.volumes],
  };
}

/** The base system that a jail of a FreeBSD version mounts; none where it has its own. */
export function mountedBase(
  jail: Pick<Config["jail"], "basePath" | "kind">,
  facts: Pick<Facts, "dataset">,
  freebsd: string,
): Pick<JailSpec, "base"> {
  return isThin(jail, facts) ? { base: newestTemplate(jail.basePath, freebsd) } : {};
}

/** The packages that a jail made from an image mounts; none where it has a base system of its own, and packages in it. */
export function mountedLayer(
  { base }: Pick<JailSpec, "base">,
  image: Pick<TreeSpec, "path"> | undefined,
): Pick<JailSpec, "layer"> {
  return base === undefined || image === undefined ? {} : { layer: `${image.path}${layerPoint}` };
}
