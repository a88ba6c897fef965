/** Looks at the live jail of `shop` from within. */

import { assert } from "@std/assert";
import { sh } from "../../lib/core/sh.ts";
import type { Remote } from "../../lib/remote/remote.ts";

/**
 * Tells whether the live jail has its base system and the packages of its image mounted. It has users and configuration of its own then, and
 * can't write in what it mounts.
 */
export async function isLiveThin(server: Remote): Promise<boolean> {
  const said = await server.read(sh`marker=$(basename /usr/local/etc/alcaide/live/shop/[bg]*-*)
jail=shop_\${marker%%-*}
mount -p | awk -v jail="/jails/$jail" '$2 == jail "/.base" || $2 == jail "/usr/.local" { sub(/,.*/, "", $4); print $3, $4; found = 1 } END { exit !found }' || exit 0
jexec $jail test -x /usr/local/bin/doas || echo 'no package'
pkg -r /jails/$jail info | grep -q '^doas-' || echo 'not in the list of packages'
jexec $jail pw usershow bob >/dev/null 2>&1 || jexec $jail pw useradd bob
jexec $jail su -m bob -c 'id -un && touch /tmp/bob'
jexec $jail su -m bob -c 'grep -c . /usr/local/bin/doas >/dev/null || echo unreadable'
jexec $jail touch /usr/local/etc/alcaide-test
for directory in /usr/share /usr/local/bin; do jexec $jail touch $directory/alcaide-test 2>&1; done; :`);
  const refused = (path: string) => `touch: ${path}/alcaide-test: Read-only file system`;
  const thin = ["nullfs ro", "nullfs ro", "bob", refused("/usr/share"), refused("/usr/local/bin")].join("\n");
  assert(said === "" || said === thin, said);
  return said === thin;
}
