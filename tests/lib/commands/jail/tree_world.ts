// A server with a template, for the tests of trees.

import type { TreeSpec } from "../../../../lib/commands/jail/tree.ts";
import { type Playground, playground } from "../../../playground.ts";

export const template: TreeSpec = { name: "template 14.3-RELEASE", path: "/jails/.templates/14.3-RELEASE" };
export const tree: TreeSpec = { name: "shop_blue", path: "/jails/shop_blue" };

/** GNU's tar with FreeBSD's words: a pattern that ^ does not begin fits anywhere in the tree. */
export const bsdTar = `for a; do shift
case $a in
--no-fflags | --exclude) ;;
^*) set -- "$@" --anchored --exclude "\${a#^}" ;;
./?*) set -- "$@" --no-anchored --exclude "\${a#./}" ;;
*) set -- "$@" "$a" ;;
esac; done; exec /bin/tar "$@"`;

interface World {
  readonly running?: boolean;
  /** What `mount -p` says, until umount was called for all of it. */
  readonly mounts?: readonly string[];
  readonly stuck?: boolean;
}

export async function server(
  { running = false, mounts = [], stuck = false }: World = {},
): Promise<Playground> {
  const place = await playground();
  await place.write(`${template.path}/.alcaide`, `${template.name}\n`);
  await place.write(`${template.path}/bin/sh`, "#!/bin/true\n", 0o755);
  await place.write("/mounts", mounts.map((path) => `x ${place.at(path)} nullfs rw 0 0\n`).join(""));
  await place.program("jls", `exit ${running ? 0 : 1}`);
  await place.program("mount", `cat ${place.at("/mounts")}`);
  await place.program(
    "umount",
    stuck
      ? "exit 1"
      : `echo "$1" >>${place.at("/unmounted")}; grep -v " $1 " ${place.at("/mounts")} >${
        place.at("/m")
      }; mv ${place.at("/m")} ${place.at("/mounts")}`,
  );
  await place.program("sleep", "exit 0");
  await place.program("chflags", "exit 0");
  await place.program("tar", bsdTar);
  return place;
}

export async function ours(place: Playground, name = "shop_blue"): Promise<void> {
  await place.write(`/jails/${name}/.alcaide`, `${name}\n`);
  await place.write(`/jails/${name}/etc/rc.conf`, "");
}
