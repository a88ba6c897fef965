/**
 * Takes everything of an app off a host, so that another run of the suite finds it as this one did. For tests only: it
 * asks nobody.
 */

import { removeSite } from "../../lib/commands/caddy.ts";
import { removeJailFiles, stopJail } from "../../lib/commands/jail.ts";
import { appDir, hostFile, jailName, logDir } from "../../lib/commands/paths.ts";
import { deleteTree } from "../../lib/commands/tree.ts";
import { parseHostState } from "../../lib/host_state.ts";
import { sh } from "../../lib/sh.ts";
import { slots } from "../../lib/slot.ts";
import type { Place } from "./place.ts";

/** Removes an app's jails, site, state and logs. */
export async function removeApp(place: Place, app: string, basePath = "/jails"): Promise<void> {
  const { server } = place;
  const state = parseHostState(await server.read(sh`cat ${hostFile} 2>/dev/null; :`));
  const given = state.apps[app];
  await server.exec(removeSite(app));
  for (const slot of slots) {
    const name = jailName(app, slot);
    const path = `${basePath}/${name}`;
    const dataset = (await server.read(sh`zfs list -H -o name ${path} 2>/dev/null; :`)).endsWith(`/${name}`);
    const tree = { name, path, dataset: dataset ? `zroot/jails/${name}` : undefined };
    await server.run(stopJail({ name, path, ip4: given?.[slot] ?? "0.0.0.0" }));
    await server.run(deleteTree(tree));
    await server.run(removeJailFiles(name));
  }
  const apps = Object.fromEntries(Object.entries(state.apps).filter(([name]) => name !== app));
  await server.write(hostFile, `${JSON.stringify({ ...state, apps }, null, 1)}\n`, { mode: 0o600 });
  await server.run(sh`rm -rf ${appDir(app)} ${`${logDir}/${app}`}`);
}
