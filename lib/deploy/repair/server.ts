// Disagreements of a server as a whole: what `setup` made, and is gone.

import { underHostLock } from "../../commands/lock.ts";
import { jailInterface, pfFile } from "../../commands/paths.ts";
import { sh } from "../../core/sh.ts";
import type { Change } from "../../server/change.ts";
import { isEnabled } from "../../server/facts.ts";
import { enableChange } from "../../setup/caddy.ts";
import { bootChange, loopbackChange, pfChange } from "../../setup/plan.ts";
import { type Disagreement, type Kind, mend, type Scene } from "./row.ts";

/** A change of `setup` as a row, with the name of what is missing. */
export function setupRow(kind: Kind, name: string, change: Change | undefined): Disagreement[] {
  if (change === undefined) return [];
  const { reason, command, ...rest } = change;
  return [mend(kind, reason.replace(/^it (?=\S)/, `${name} `), { ...rest, command: underHostLock(command) })];
}

/** The interface and the rules of the jails. */
export function networkRows({ config, facts: { setup } }: Scene): Disagreement[] {
  if (setup === undefined) return [];
  const pf = pfChange(config, setup, []);
  const loaded = { ...setup, pf: { ...setup.pf, translates: true } };
  const isUnloaded = pf !== undefined && pfChange(config, loaded, []) === undefined;
  return [
    ...setupRow("interface", jailInterface, loopbackChange(setup)),
    ...isUnloaded
      // Loading them alone leaves the connections that are under way.
      ? [mend("pf", "pf does not have the jails' rules loaded", {
        title: "Load the jails' rules",
        command: underHostLock(sh`pfctl -f ${pfFile}`),
      })]
      : setupRow("pf", "pf", pf && { ...pf, reason: `jails can't reach the outside: ${pf.reason}` }),
  ];
}

/** Everything that a reboot needs. */
export function bootRows({ facts: { setup, dataset } }: Scene): Disagreement[] {
  if (setup === undefined) return [];
  return [
    ...setupRow("boot", "the boot script", bootChange(setup)),
    ...setupRow("enable", "Caddy", enableChange(setup)),
    ...dataset === undefined || isEnabled(setup, "zfs_enable") ? [] : [
      mend("enable", "ZFS would not be mounted after a reboot", {
        title: "Mount ZFS at boot",
        command: sh`sysrc zfs_enable=YES >/dev/null`,
      }),
    ],
  ];
}
