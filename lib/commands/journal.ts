// The journal on the server: a record per release, changed by write-and-rename only.

import type { Release, ReleaseId } from "../core/release.ts";
import { script } from "../core/script.ts";
import { secret } from "../core/secret.ts";
import { type Command, type Script, sh } from "../core/sh.ts";
import { writeFile } from "../remote/files.ts";
import { dropAssets } from "./assets.ts";
import { underHostLock } from "./lock.ts";
import { appDir, artifactFile, chunksFile, envFile, hostFile, logDir, releaseDir } from "./paths.ts";

/** Writes a release's record. */
export function writeRelease(release: Release): Script {
  const dir = releaseDir(release.app, release.id);
  return script(
    sh`mkdir -p ${dir} && chmod 700 ${dir}`,
    writeFile(`${dir}/release.json`, `${JSON.stringify(release)}\n`, { mode: 0o600 }),
  );
}

/** Writes `host.json` unless somebody changed it since its text was read; then ends with status 75. */
export function writeHostFile(before: string, after: string): Script {
  return underHostLock(replaceHostFile(before, after));
}

/** The same for a script that holds the host's lock already. The file has the tokens of all apps in it. */
export function replaceHostFile(before: string, after: string): Script {
  const apps = appDir("x").replace(/\/x$/, "");
  return script(
    sh`mkdir -p ${apps} && chmod 700 ${apps}`,
    sh`now=$(cat ${hostFile} 2>/dev/null)
[ "$now" = ${secret(before.replace(/\n+$/, ""))} ] || exit 75`,
    writeFile(hostFile, secret(after), { mode: 0o600 }),
    // Two apps with one address are worse than none.
    sh`[ "$(cat ${hostFile})" = ${
      secret(after.replace(/\n+$/, ""))
    } ] || { echo ${`${hostFile} could not be written`} >&2; exit 1; }`,
  );
}

/** Takes away what a failed release doesn't need for being looked at: its artifact and its environment. */
export function dropFailed(app: string, id: ReleaseId): Command {
  const artifact = artifactFile(app, id);
  return sh`rm -rfx ${artifact} ${artifact}.part ${artifact}.missing ${artifact}.sent ${
    chunksFile(app, id)
  } ${envFile(app, id)}`;
}

/** Writes the record of a release without traffic; of a failed one its secrets and assets go, too. */
export function endRelease(release: Release): Script {
  const { app, id, state, config } = release;
  if (state !== "failed") return writeRelease(release);
  const assets = config.assets === undefined ? [] : [dropAssets(app, [id])];
  return script(...assets, dropFailed(app, id), writeRelease(release));
}

/** Forgets releases: their records, artifacts, environments, assets and logs, the rotated pieces too. */
export function dropReleases(app: string, ids: readonly ReleaseId[]): Script {
  return script(
    dropAssets(app, ids),
    sh`rm -rfx ${ids.map((id) => releaseDir(app, id))}`,
    ...ids.map((id) => sh`rm -f ${`${logDir}/${app}/${id}`}.*`),
  );
}
