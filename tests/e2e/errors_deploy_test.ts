// Failures of a deploy: each is named with its remedy, the old release serves on, nothing half-made stays.

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { sh } from "../../lib/core/sh.ts";
import { deployFailures } from "../errors/deploy_failures.ts";
import { assertMessage, meet, on, stateOf, titleOf } from "../errors/trouble.ts";
import { onlyOnTestHost } from "./place.ts";
import { ask, makeProject } from "./project.ts";
import { scenario } from "./scenario.ts";
import { until } from "./until.ts";

const caddyfile = "/usr/local/etc/caddy/Caddyfile";

scenario("a deploy says what went wrong on a server, and what to do", async (place, part) => {
  const { test, server } = place;
  if (test === undefined) throw new Error("needs the test host");
  await using project = await makeProject(place, "shop");
  const deploys = async () => {
    await project.well(["deploy"]);
  };

  await part("row 42: a Caddyfile that Caddy does not take is left as it was", async () => {
    await on(test, `cp ${caddyfile} /root/; printf 'example.test {\\n\\tnosuch on\\n}\\n' >${caddyfile}`);
    const result = await project.alcaide(["setup"]);
    assertMessage(result, {
      says: [/"Add one line to .*Caddyfile" failed/, /Caddyfile\S*:\d+.*nosuch/],
      hint: /Caddy refuses the Caddyfile, so it was left as it is: correct the line/,
    });
    assertStringIncludes(await server.read(sh`cat ${caddyfile}`), "nosuch on");
    await on(test, `mv /root/Caddyfile ${caddyfile}`);
  });

  await part("row 43: Caddy's admin address does not answer", async () => {
    await on(test, "service caddy onestart >/dev/null 2>&1; pgrep -x caddy >/dev/null");
    await test.fault({
      program: "caddy",
      args: "^reload",
      effect: "fail",
      stderr:
        'Error: sending configuration to instance: performing request: Post "http://localhost:2019/load": ' +
        "dial tcp 127.0.0.1:2019: connect: connection refused",
    });
    assertMessage(await project.alcaide(["setup"]), {
      says: [/"Reload Caddy" failed/, /connect: connection refused/],
      hint: /Caddy's admin address doesn't answer: look at service caddy status/,
    });
  });

  await part("once all is there, setup is done", async () => {
    await project.well(["setup"]);
  });

  await part("row 10: a disabled service, whose script says so with status 0", async () => {
    await project.release({ text: "one" });
    await on(
      test,
      "mkdir -p /foreign && jail -c name=foreign path=/foreign 'ip4.addr=lo1|10.66.0.2/32' persist",
    );
    const said = await test.shell("sysrc caddy_enable=NO >/dev/null; service caddy reload");
    assertEquals([said.code, /Cannot 'reload' caddy/.test(said.stdout + said.stderr)], [0, true]);
    assertMessage(await project.alcaide(["deploy"]), {
      says: [/^Error: Cannot route requests to it$/m, /Cannot 'reload' caddy/],
      hint: /The service caddy is not enabled: "alcaide setup" enables it/,
    });
    assertEquals(await server.test(sh`test -e /jails/shop_blue`), false);
    await on(test, "sysrc caddy_enable=YES >/dev/null");
  });

  await part("row 23, 24, 44, 57: an address in use is passed over, a stale one is no harm", async () => {
    await on(test, "ifconfig lo1 inet 10.66.0.3/32 alias; rm -rf /tmp /var/log/alcaide");
    // Caddy 2.6 refuses what 2.7 understands, so the site file does without.
    const wrong =
      "http://x.test {\\n\\treverse_proxy 127.0.0.1:1 {\\n\\t\\tstream_close_delay 5m\\n\\t}\\n}\\n";
    const old = await test.shell(
      `printf '${wrong}' >/root/x; caddy validate --adapter caddyfile --config /root/x`,
    );
    assertMatch(old.stderr, /unrecognized subdirective stream_close_delay/);
    await deploys();
    assertEquals((await ask(place, project, "/")).text, "one\n");
    const state = await server.read(
      sh`cat /var/db/alcaide/host.json; cat /usr/local/etc/caddy/conf.d/alcaide/*`,
    );
    assertEquals([state.includes("10.66.0.2"), state.includes("stream_close_delay")], [false, false]);
    await on(test, "mkdir -m 1777 /tmp; jail -r foreign; ifconfig lo1 inet 10.66.0.2 -alias; rmdir /foreign");
  });

  const serving = await stateOf(place);
  await project.release({ text: "two" });
  for (const trouble of deployFailures) {
    await part(titleOf(trouble), async () => {
      assertMessage(await meet(test, place, project, trouble, ["deploy"]), trouble);
      assertEquals((await ask(place, project, "/")).text, "one\n");
      assertEquals(withoutJournal(await stateOf(place)), withoutJournal(serving));
    });
  }

  await part("row 58: a connection that is lost in the middle", async () => {
    await test.fault({ program: "tar", args: "-C /jails/.shop_green.new ", effect: "drop" });
    assertMessage(await project.alcaide(["deploy"]), {
      says: [/Cannot create the jail/, /Cannot tell how a command on .* ended: the connection broke/],
      hint: /It may still run there, or have ended; run the same again/,
    });
    assertEquals((await ask(place, project, "/")).text, "one\n");
  });

  await part("row 28, 30, 31, 33, 62: what an older jail left behind is cleared away", async () => {
    await deploys();
    await project.release({ text: "three" });
    // The retired jail runs again, mounts are stacked in its tree, a file is protected.
    await on(
      test,
      `jail -q -f /usr/local/etc/alcaide/jails/shop_blue.conf -c shop_blue >/dev/null
       mkdir -p /precious /jails/shop_blue/mnt; echo mine >/precious/file
       mount -t nullfs /precious /jails/shop_blue/mnt; mount -t devfs devfs /jails/shop_blue/dev
       touch /jails/shop_blue/root/fixed; chflags schg /jails/shop_blue/root/fixed`,
    );
    assertEquals((await ask(place, project, "/")).text, "two\n");
    await test.clearCalls();
    await deploys();
    assertEquals((await ask(place, project, "/")).text, "three\n");
    assertEquals(await server.read(sh`cat /precious/file`), "mine");
    assertEquals(await server.test(sh`test -e /jails/shop_blue/root/fixed`), false);
    // FreeBSD's own "service jail start" ends with status 0 even when no jail was started.
    const asked = (await test.calls()).filter(([name, first]) => name === "service" && first === "jail");
    assertEquals(asked, []);
  });

  await part("row 32, 34: what is in use is neither unmounted nor deleted", async () => {
    await on(
      test,
      `mkdir -p /jails/shop_green/mnt; mount -t nullfs /precious /jails/shop_green/mnt
       (cd /jails/shop_green/mnt && : >/root/inside && exec sleep 600) >/dev/null 2>&1 & echo $! >/root/holder
       until [ -e /root/inside ]; do sleep 0.1; done`,
    );
    for (const _ of [1, 2, 3, 4, 5]) await test.fault({ program: "sleep", args: "^1$", effect: "fail" });
    const result = await project.alcaide(["deploy"]);
    assertMessage(result, {
      says: [/^Error: Cannot remove the older jail$/m, /Cannot unmount \/jails\/shop_green\/mnt/],
      hint: /A program still uses it: fstat -f DIRECTORY on the server shows which/,
    });
    assertEquals(await server.read(sh`cat /precious/file`), "mine");
    assertEquals((await ask(place, project, "/")).text, "three\n");
    // A process that was killed is there until its turn comes.
    await on(test, "kill $(cat /root/holder)");
    await until("it is unmounted", () => server.test(sh`umount /jails/shop_green/mnt 2>/dev/null`));
  });

  await part("row 27: a jail that does not end by itself is ended", async () => {
    await test.fault({
      program: "jail",
      args: "-r shop_blue",
      effect: "fail",
      stderr: "jail: shop_blue: /bin/sh /etc/rc.shutdown jail: failed",
    });
    await deploys();
    assertEquals(await server.test(sh`jls -j shop_blue jid >/dev/null 2>&1`), false);
  });
}, { caddy: true, skip: onlyOnTestHost() });

/** Failed releases stay in the journal; their numbers go on. */
function withoutJournal(state: string): string {
  return state.split("\n").filter((line) => !line.startsWith("/var/db/alcaide/apps/shop/releases")).join(
    "\n",
  );
}
