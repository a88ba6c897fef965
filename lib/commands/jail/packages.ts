// Packages in jails: installed from outside, and put right within.

import { script } from "../../core/script.ts";
import { type Command, raw, type Script, sh } from "../../core/sh.ts";
import { inJail } from "./in_jail.ts";

/** Installs packages into a jail's fresh tree. */
export function installPackages(path: string, packages: readonly string[]): Script {
  // The downloads for it are of no more use: the catalogue alone is larger than most packages.
  return script(
    addPackages(path, packages),
    sh`rm -rfx ${[`${path}/var/cache/pkg`, `${path}/var/db/pkg/repos`]}`,
  );
}

/** The same for a tree that others have written in; pkg keeps the archives there. */
export function addPackages(path: string, packages: readonly string[]): Command {
  // From outside, with the host's network: the jail needs neither pkg nor a way out.
  return sh`for try in 1 2 3; do
  env ASSUME_ALWAYS_YES=yes pkg -r ${path} install -y ${packages} && break
  [ "$try" = 3 ] && exit 1
  sleep 5
done`;
}

/**
 * Gives files of packages to their owners. Installed from outside, they are root's where the host lacks their user
 * (https://github.com/freebsd/pkg/issues/2714); the archives that pkg keeps have the names. From within, so that no link leads out.
 *
 * @param volumes directories in the jail that are the host's, whose owner is decided elsewhere
 */
export function giveToOwners(jail: string, volumes: readonly string[]): Command {
  const hosts = volumes.map((volume) => sh`${volume} | ${`${volume}/`}*`.text).join(" | ");
  const skip = hosts === "" ? sh`` : sh`  case $path in ${raw(hosts)}) continue ;; esac
`;
  return inJail(
    jail,
    sh`set -- /var/cache/pkg/*.pkg
[ -e "$1" ] || exit 0
for file; do
  [ -L "$file" ] || tar -tvf "$file" 2>/dev/null
done | awk ${strangers} | while read -r owner path; do
${skip}  chown -h "$owner" "$path" 2>/dev/null
done
rm -rfx /var/cache/pkg || exit
# Directories of libraries that are new are looked for at the start of the jail only.
service ldconfig start >/dev/null 2>&1; :`,
  );
}

/** For awk: of a listing by tar, `USER:GROUP PATH` of files and directories that are others' than root's. */
const strangers = `/^[-d]/ && ($3 != "root" || $4 != "wheel") {
  owner = $3 ":" $4
  for (i = 1; i <= 8; i++) sub(/^[^ ]+ +/, "")
  sub(/\\/$/, "")
  if ($0 ~ /^\\//) print owner, $0
}`;
