/**
 * Takes everything of an app off a host, so that another run of the suite finds it as this one did. For tests only: it
 * asks nobody.
 */

import { removeAccessory } from "../../lib/commands/accessory/accessory.ts";
import { removeSchedules } from "../../lib/commands/app/schedule.ts";
import { removeAssets } from "../../lib/commands/assets.ts";
import { removeSite } from "../../lib/commands/caddy/caddyfile.ts";
import { removeJailFiles, stopJail } from "../../lib/commands/jail/jail.ts";
import { deleteTemplate } from "../../lib/commands/jail/template.ts";
import { removeLive } from "../../lib/commands/live.ts";
import { underHostLock } from "../../lib/commands/lock.ts";
import {
  accessoriesDir,
  accessoryLogDir,
  accessoryLogs,
  appDir,
  assetsRoot,
  caddyfile,
  historyFile,
  hostFile,
  imageJailName,
  imagePrefix,
  jailInterface,
  jailName,
  jailsDir,
  liveRoot,
  logDir,
  siteFile,
  sitesDir,
  stateDir,
} from "../../lib/commands/paths.ts";
import { besideTree, deleteTree } from "../../lib/commands/jail/tree.ts";
import { importLine } from "../../lib/commands/caddy/caddyfile.ts";
import { type JailAllocation, parseHostState } from "../../lib/server/host_state.ts";
import { script } from "../../lib/core/script.ts";
import { sh } from "../../lib/core/sh.ts";
import { slots } from "../../lib/core/slot.ts";
import type { Place } from "./place.ts";

/** Names of the apps that the scenarios deploy. */
const testApps = ["shop", "blog", "blog_admin", "api", "forum", "wiki", "feed"] as const;

/** Removes an app's jails, site, state, logs and volumes. */
export async function removeApp(place: Place, app: string, basePath = "/jails"): Promise<void> {
  const { server } = place;
  const state = parseHostState(await server.read(sh`cat ${hostFile} 2>/dev/null; :`));
  const given = state.apps[app];
  await server.run(script(
    removeLive(app),
    sh`( ${underHostLock(removeSite(app))}
) || :`,
  ));
  for (const slot of slots) {
    const name = jailName(app, slot);
    const path = `${basePath}/${name}`;
    const tree = { name, path, dataset: await datasetOf(place, path) };
    await server.run(script(
      stopJail({ name, path, ip4: given?.[slot] ?? "0.0.0.0" }),
      deleteTree(tree),
      deleteTree({ ...besideTree(tree), dataset: undefined }),
      removeJailFiles(name),
    ));
  }
  await removeImages(place, app, basePath);
  await removeAccessories(place, app, basePath, state.jails ?? {});
  const jails = Object.fromEntries(
    Object.entries(state.jails ?? {}).filter(([name]) => !name.startsWith(`${app}_`)),
  );
  const apps = Object.fromEntries(Object.entries(state.apps).filter(([name]) => name !== app));
  if (given) {
    await server.write(hostFile, `${JSON.stringify({ ...state, apps, jails }, null, 1)}\n`, { mode: 0o600 });
  }
  await server.run(script(removeSchedules(app), removeAssets(app)));
  await server.run(sh`rm -rf ${appDir(app)} ${`${logDir}/${app}`} ${historyFile(app)}
rm -rf ${`/data/${app}`} ${`/data/${app}_`}*
rmdir /data ${accessoryLogs} ${accessoriesDir} 2>/dev/null; :`);
}

async function removeImages(place: Place, app: string, basePath: string): Promise<void> {
  const name = imageJailName(app);
  const found = await place.server.read(sh`ls -d ${basePath}/${imagePrefix}${app}.* 2>/dev/null; :`);
  for (const path of found.split("\n").filter((line) => line !== "")) {
    await place.server.run(deleteTemplate({ name, path, dataset: await datasetOf(place, path) }));
  }
}

/** Accessories and other jails of an app that aren't slots. */
async function removeAccessories(
  place: Place,
  app: string,
  basePath: string,
  given: Readonly<Record<string, JailAllocation>>,
): Promise<void> {
  for (const [name, { address }] of Object.entries(given)) {
    if (!name.startsWith(`${app}_`)) continue;
    const path = `${basePath}/${name}`;
    const tree = { name, path, dataset: await datasetOf(place, path) };
    await place.server.run(removeAccessory({ name, path, ip4: address }, tree));
    await place.server.run(sh`rm -rf ${accessoryLogDir(name)}`);
  }
}

async function datasetOf({ server }: Place, path: string): Promise<string | undefined> {
  const found = await server.read(sh`kldstat -q -m zfs && zfs list -H -o name,mountpoint 2>/dev/null; :`);
  return found.split("\n").map((line) => line.split("\t")).find(([, mountpoint]) => mountpoint === path)?.[0];
}

/**
 * Removes what a run that was cut off left on a host that isn't ours alone.
 *
 * @throws when an app of a test's name has another domain: then it is somebody's
 */
export async function clearLeftovers(place: Place): Promise<void> {
  const { server } = place;
  const found = await server.read(sh`for app in ${testApps}; do
  if [ -e ${appDir("")}"$app" ] || [ -e ${sitesDir}/"$app.caddy" ]; then echo "$app"; fi
done`);
  for (const app of found.split("\n").filter((line) => line !== "")) {
    const site = await server.read(sh`cat ${siteFile(app)} 2>/dev/null; :`);
    if (site !== "" && !/[.]test\b/.test(site)) {
      throw new Error(
        `Cannot test on ${server.name}: it has an app ${app} of somebody's. Use a host to throw away`,
      );
    }
    await removeApp(place, app);
  }
}

/** Everything that a scenario may change and must put back, a line each, with its kind as first word. */
export async function inventory({ server }: Place): Promise<ReadonlySet<string>> {
  const directories = ["/jails", jailsDir, liveRoot, assetsRoot, sitesDir, `${stateDir}/apps`, logDir];
  // Root sees hidden files, too: programs put caches into / when they have no home directory, such as Caddy's .step. The base path and its
  // templates stay, as setup makes them.
  const text = await server.read(sh`ls / | grep -v -e '^[.]' -e '^jails$' | sed 's|^|file /|'
for d in ${directories}; do
  [ -d "$d" ] && ls -A "$d" | sed "s|^|file $d/|"
done | grep -v -x -e 'file /jails/[.]templates' -e ${`file ${sitesDir}/[.]check`}
jls -q name path | sed 's/^/jail /'
mount -p | awk '$2 !~ "^/jails(/[.]templates/.*)?$" { print "mount " $2 }'
ifconfig ${jailInterface} 2>/dev/null | awk '$1 == "inet" { print "address " $2 }'
[ -f ${caddyfile} ] && grep -v -x -F ${importLine} ${caddyfile} | sed 's/^/Caddyfile /'; :`);
  const state = parseHostState(await server.read(sh`cat ${hostFile} 2>/dev/null; :`));
  return new Set([
    ...text.split("\n"),
    ...Object.keys(state.apps).map((app) => `app ${app}`),
    ...Object.keys(state.jails ?? {}).map((jail) => `given ${jail}`),
  ]);
}

/** New things, and missing ones. A Caddyfile that was not there is Caddy's own. */
export function leftBehind(before: ReadonlySet<string>, after: ReadonlySet<string>): string[] {
  const hadCaddy = [...before].some((line) => line.startsWith("Caddyfile "));
  const made = [...after].filter((line) => !before.has(line) && (hadCaddy || !line.startsWith("Caddyfile ")));
  const gone = [...before].filter((line) => !after.has(line));
  return [...made.map((line) => `+ ${line}`), ...gone.map((line) => `- ${line}`)];
}
