// Assets of releases: copies on the host, which Caddy may read.

import { dirname } from "node:path";
import { type Assets, type ReleaseId, releaseNumber } from "../core/release.ts";
import { script } from "../core/script.ts";
import { type Command, type Expression, raw, type Script, sh } from "../core/sh.ts";
import { writeFile } from "../remote/files.ts";
import { listOwn, type OwnFiles, removeOwn } from "./own_files.ts";
import { artifactFile, assetsDir, markFile, releaseDir } from "./paths.ts";

/** Directory of a release's assets. Newer releases come first by name: Caddy takes the first that has a file. */
export function releaseAssets(app: string, id: ReleaseId): string {
  return `${assetsDir(app)}/${String(999_999_999 - releaseNumber(id)).padStart(9, "0")}-${id}`;
}

/** A release in a jail's tree. */
interface Installed {
  readonly app: string;
  readonly release: ReleaseId;
  /** The tree. */
  readonly root: string;
  /** Where the release is in there: `/app`. */
  readonly home: string;
}

/**
 * Copies the assets of a release out of a tree whose jail doesn't run: regular files alone, for Caddy would follow a link anywhere on
 * the host. Those that are there stay.
 */
export function installAssets({ app, release, root, home }: Installed, { path, from }: Assets): Script {
  const [all, place] = [assetsDir(app), releaseAssets(app, release)];
  const [mark, beside] = [`${all}/${markFile}`, `${all}/.new`];
  const above = dirname(`${beside}${path}`);
  return script(
    sh`( umask 022; mkdir -p ${all} )`,
    sh`if [ ! -e ${mark} ] && [ -z "$(ls -A ${all})" ]; then
${writeFile(mark, `${app}\n`)}
fi
${isOurs(app)} || { echo ${`${all} has no mark of ours, so it is left alone`} >&2; exit 1; }`,
    sh`[ -d ${place} ] || ( cd ${root} && set -- .${home}/${raw(from)}
if [ $# -ne 1 ] || [ ! -d "$1" ] || [ "$(realpath "$1")" != "$(pwd -P)/\${1#./}" ]; then
  echo ${`assets.from: the release has no directory ${from}, or several`} >&2; exit 1
fi
rm -rfx ${beside} && ( umask 022; mkdir -p ${above} ) && cp -RP "$1" ${`${beside}${path}`} &&
find ${beside} ! -type f ! -type d -delete && chmod -R u=rwX,go=rX ${beside} && mv ${beside} ${place} )`,
  );
}

/** The same from the artifact, for a release whose jail runs: the app could put a link there meanwhile. */
export function restoreAssets(app: string, release: ReleaseId, assets: Assets): Script {
  const root = `${releaseDir(app, release)}/assets`;
  return script(
    sh`rm -rfx ${root} && mkdir -m 0700 ${root} && tar -C ${root} --no-fflags --no-same-owner -xf ${
      artifactFile(app, release)
    }`,
    installAssets({ app, release, root, home: "" }, assets),
    sh`rm -rfx ${root}`,
  );
}

/** Removes the assets of releases. */
export function dropAssets(app: string, ids: readonly ReleaseId[]): Command {
  return sh`if ${isOurs(app)}; then rm -rfx ${ids.map((id) => sh`${assetsDir(app)}/*-${id}`)}; fi`;
}

/** Removes the assets of an app. */
export function removeAssets(app: string): Command {
  return sh`if ${isOurs(app)}; then
${removeOwn(ownAssets(app))}
fi`;
}

/** Prints them as `listOwn()` does; nothing where the directory isn't ours. */
export function listAssets(app: string): Command {
  return sh`if ${isOurs(app)}; then
${listOwn(ownAssets(app))}
fi`;
}

function ownAssets(app: string): OwnFiles {
  return { directory: assetsDir(app), files: markFile, trees: "[0-9]*-* .new" };
}

function isOurs(app: string): Expression {
  const directory = assetsDir(app);
  return sh`[ ! -L ${directory} ] && [ "$(cat ${`${directory}/${markFile}`} 2>/dev/null)" = ${app} ]`;
}
