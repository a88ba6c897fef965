// Programs that run in a Perl which is there already: they do what they do by themselves.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { hostUnavailable, startHost } from "./mod.ts";

/** Run by their names, then by themselves. */
const looks = (at: string) =>
  `cd /tmp; umask 027; ${at}mkdir d; ${at}stat -f '%Lp %Su' d; ${at}rmdir d
TZ=XYZ-9 ${at}date -r 0 +%H; printf 'a b\\nc\\n' | ${at}wc; printf 'a\\nb\\n' | ${at}tail -n 1; ${at}ls nosuch 2>&1; echo $?
${at}id; ${at}sysctl -n security.jail.jailed; ${at}touch f; ${at}chflags schg f 2>&1; ${at}chflags noschg f 2>&1; rm f; ${at}realpath .
${at}ps -axo command >ps; grep -v -e '^ps' -e '^sh' -e umask ps | sort; ${at}pgrep -f 'pgrep -[f]'; ${at}ls /nosuch >/tmp/out 2>&1; cat /tmp/out
${at}date +x >&-; echo $?; ${at}ps -axo command | true; ${at}jls -j j jid; ${at}sysctl 2>&1; echo $?; env -i ${at}date -u -r 0`;

Deno.test({
  name: "programs that run in a warm Perl do what they do by themselves, on the host and in a jail",
  ignore: hostUnavailable() !== undefined,
  fn: async () => {
    await using host = await startHost();
    await host.shell(`mkdir -p /jails/j && fetch -qo /jails/b.txz ${host.mirror}/base.txz &&
tar --no-fflags -xpf /jails/b.txz -C /jails/j && jail -c name=j path=/jails/j mount.devfs persist host.hostname=j`);
    for (
      const script of [looks, (at: string) => `jexec j /bin/sh -c '${looks(at).replaceAll("'", `'"'"'`)}'`]
    ) {
      const warm = await host.shell(script(""));
      const cold = await host.shell(script("/libexec/testhost/bin/"));
      assertEquals(warm, cold);
      assertStringIncludes(warm.stdout, "750 root\n09\n");
    }
    const { stdout } = await host.shell(
      "uname -s; echo 'exit 9' >/libexec/testhost/bin/uname; uname -s; ps -axo command",
    );
    assertStringIncludes(stdout, "FreeBSD\nFreeBSD\n");
    assertEquals(stdout.includes("warm"), false, stdout);
  },
});
