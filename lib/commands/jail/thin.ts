// Thin jails: the base system is the template's and packages are the image's, each mounted read-only at one place; the rest of the tree is
// the jail's own.

import { basename } from "node:path";
import { inShell, script } from "../../core/script.ts";
import { type Command, raw, type Script, sh } from "../../core/sh.ts";
import { basePoint, layerPoint, markFile } from "../paths.ts";
import { type JailSpec, unmountBelow } from "./jail.ts";

/** Directories of the template that a thin jail has copies of, since it writes there. */
const copied = ["etc", "root", "tmp", "usr/local", "var"];
/** Directories below `/usr/local` that a jail writes in. The others come from packages alone. */
export const ownLocal: readonly string[] = ["etc", "var", "www"];
/** Directories that are there for mounts, or empty in the template. */
const empty = [basePoint.slice(1), "dev", "home", "media", "mnt", "net", "proc"];

/** Fills the tree of a thin jail: copies of what a jail writes in, and links to the base system's place for the rest. */
export function fillThin(template: string, path: string): Script {
  const own = raw([...copied, ...empty, "usr", markFile].join(" | "));
  // The links are relative, so that the server finds the same through them as the jail.
  return script(
    sh`set -o pipefail
tar -C ${template} -cf - ${copied} | tar -x -p --no-fflags -C ${path} -f -`,
    sh`mkdir -p ${empty.map((name) => `${path}/${name}`)}`,
    inShell(sh`cd ${template} && for name in * .[!.]* usr/*; do
  case $name in
  ${own}) ;;
  usr/*) ln -s ..${basePoint}/"$name" ${path}/"$name" || exit ;;
  *) ln -s ${basePoint.slice(1)}/"$name" ${path}/"$name" || exit ;;
  esac
done`),
  );
}

/**
 * Moves the packages of a thin image, in which nothing runs, to the place where jails mount them. Links lead there, and from
 * there to the directories that each jail has of its own.
 */
export function layPackages(path: string): Command {
  const layer = `${path}${layerPoint}`;
  return inShell(sh`mkdir ${layer} && cd ${`${path}/usr/local`} && for name in * .[!.]*; do
  [ -e "$name" ] || [ -L "$name" ] || continue
  case $name in
  ${raw(ownLocal.join(" | "))}) ln -s ../local/"$name" ${layer}/"$name" || exit ;;
  *) mv ./"$name" ${layer}/ && ln -s ../.local/"$name" ./"$name" || exit ;;
  esac
done`);
}

/** Names the template that thin jails mount from their next start on, in the directory of templates. Cut off, the one before stays. */
export function pointNewest(newest: string, template: string): Command {
  const beside = `${newest}.new`;
  const name = basename(template);
  // Without -h it would be moved into the template that the link leads to.
  return sh`rm -f ${beside} && ln -s ${name} ${beside} && mv -f -h ${beside} ${newest}`;
}

/** The same where there are thin jails, or were. */
export function followNewest(newest: string, template: string): Command {
  return sh`if [ -L ${newest} ]; then
${pointNewest(newest, template)}
fi`;
}

/** A script for a tree whose jail doesn't run: a thin one has its base system meanwhile. Cut off, what stops the jail unmounts it. */
export function withBase({ path, base }: Pick<JailSpec, "path" | "base">, inside: Script): Script {
  if (base === undefined) return inside;
  return script(sh`mount -t nullfs -o ro ${base} ${`${path}${basePoint}`}`, inside, unmountBelow(path));
}
