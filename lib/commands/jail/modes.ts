// Permissions of what an earlier version of ours made under root's own umask: nobody else can read it then.

import { dirname } from "node:path";
import { inShell, script } from "../../core/script.ts";
import { type Command, document, raw, type Script, sh } from "../../core/sh.ts";
import { etcDir, liveRoot, markFile, sitesDir } from "../paths.ts";

/** On the host: the way to what Caddy reads, which may run as another user than root. */
const onHost = sh`${[
  "/usr/local/etc",
  dirname(sitesDir),
  sitesDir,
]} ${etcDir} ${etcDir}/tls ${liveRoot} ${liveRoot}/*`;

/** In a jail or a template: what was not there, or was written by a shell. */
const inTree = [
  ".",
  "usr/local",
  "usr/local/etc",
  "usr/local/etc/rc.d",
  "usr/local/etc/alcaide",
  "etc/rc.conf.d",
  "etc/rc.conf",
  "etc/resolv.conf",
  "etc/localtime",
];

/** For find(1): root's own, and closed to everybody else. Another owner or group is somebody's decision. */
const closed = sh`-maxdepth 0 -user 0 -group 0 \( -type d ! -perm -005 -o -type f ! -perm -004 \)`;

/** Prints the paths of what only root can read, though others have to. */
export function listClosed(basePath: string): Command {
  return sh`find ${onHost} ${closed} 2>/dev/null
${eachTree(basePath, sh`find ${inTree.map((path) => raw(`"$tree/${path}"`))} ${closed} 2>/dev/null`)}
:`;
}

/** Lets everybody read it. A running jail does it from within, and never below a link, which may lead out. */
export function openClosed(basePath: string): Script {
  return script(
    sh`find ${onHost} ${closed} 2>/dev/null | while read -r path; do chmod a+rX "$path" || exit; done`,
    eachTree(
      basePath,
      script(sh`if jls -j "$(cat "$tree/"${markFile})" jid >/dev/null 2>&1; then
jexec "$(cat "$tree/"${markFile})" /bin/sh -s ${document(script(sh`cd /`, openHere()))}
else
( cd "$tree" && ${openHere()} )
fi`),
    ),
  );
}

/** The same for one tree in which nothing runs. */
export function openTree(path: string): Script {
  return inShell(sh`cd ${path} && ${openHere()}`);
}

function openHere(): Command {
  return sh`top=$(pwd -P) && for path in ${inTree}; do
  [ "$path" = . ] || [ "$(realpath "$path" 2>/dev/null)" = "\${top%/}/$path" ] || continue
  [ -z "$(find "$path" ${closed})" ] || chmod a+rX "$path" || exit
done`;
}

/** Runs a command for each template and jail of ours, by its mark: `$tree` is its directory. */
export function eachTree(basePath: string, command: Command): Command {
  return sh`for tree in ${`${basePath}/.templates`}/* ${basePath}/*; do [ -f "$tree/"${markFile} ] || continue
${command}
done`;
}
