// A host as FreeBSD's installer makes it on ZFS.

import { assertEquals } from "@std/assert";
import { hostUnavailable, startHost } from "./mod.ts";

const ignore = hostUnavailable() !== undefined;

async function answers(script: string): Promise<string> {
  await using host = await startHost({ zfs: "root" });
  return (await host.shell(`exec 2>&1\n${script}`)).stdout;
}

Deno.test({
  name: "a host with its root on ZFS has the installer's datasets and no /jails",
  ignore,
  async fn() {
    const script = `zfs list -H -o name,mountpoint,mounted zroot zroot/ROOT/default zroot/usr zroot/var/log
zfs list -H -o name,mountpoint /usr/local
zfs list -H -o name /jails
df -T / | awk 'NR == 2 { print $1, $2 }'
zfs mount zroot/usr; zfs destroy -r zroot/ROOT/default`;
    assertEquals(
      await answers(script),
      `zroot\t/zroot\tyes
zroot/ROOT/default\t/\tyes
zroot/usr\t/usr\tno
zroot/var/log\t/var/log\tyes
zroot/ROOT/default\t/
cannot open '/jails': No such file or directory
zroot/ROOT/default zfs
cannot mount 'zroot/usr': 'canmount' property is set to 'off'
cannot unmount '/': pool or dataset is busy
`,
    );
  },
});

Deno.test({
  name: "a dataset made on such a host is at its own mountpoint, else below its parent's",
  ignore,
  async fn() {
    const script = `zfs create zroot/here && ls -d /zroot/here
zfs create -o mountpoint=/jails -o alcaide:name=base zroot/jails
zfs list -H -o name,mountpoint /jails; zfs get -H -o value alcaide:name zroot/jails
echo one >/jails/file; zfs snapshot zroot/jails@one; zfs clone zroot/jails@one zroot/jails/copy; cat /jails/copy/file
zfs list -H -o name -t all -r zroot/jails
zfs destroy zroot/jails/copy; zfs destroy -r zroot/jails; ls -d /jails`;
    assertEquals(
      await answers(script),
      `/zroot/here
zroot/jails\t/jails
base
one
zroot/jails
zroot/jails@one
zroot/jails/copy
ls: /jails: No such file or directory
`,
    );
  },
});
