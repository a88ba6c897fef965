/** Looks at the live jail of `shop` from within. */

import { assert } from "@std/assert";
import { sh } from "../../lib/core/sh.ts";
import type { Remote } from "../../lib/remote/remote.ts";

/** Tells whether the live jail has its base system mounted. It has packages and users of its own then, and can't write in the base. */
export async function isLiveThin(server: Remote): Promise<boolean> {
  const said = await server.read(sh`marker=$(basename /usr/local/etc/alcaide/live/shop/[bg]*-*)
jail=shop_\${marker%%-*}
mount -p | awk -v at="/jails/$jail/.base" '$2 == at { sub(/,.*/, "", $4); print $3, $4; found = 1 } END { exit !found }' || exit 0
jexec $jail test -x /usr/local/bin/doas || echo 'no package'
jexec $jail pw usershow bob >/dev/null 2>&1 || jexec $jail pw useradd bob
jexec $jail su -m bob -c 'id -un && touch /tmp/bob'
jexec $jail touch /usr/share/alcaide-test 2>&1; :`);
  const thin = "nullfs ro\nbob\ntouch: /usr/share/alcaide-test: Read-only file system";
  assert(said === "" || said === thin, said);
  return said === thin;
}
