// The power fails: whatever was going on, the live release comes back, a retired one doesn't, and the next deploy is well.

import { assertEquals, assertMatch } from "@std/assert";
import type { TestHost } from "../host/mod.ts";
import { removeApp } from "./clean.ts";
import { slowDownload } from "./load.ts";
import { onlyOnTestHost } from "./place.ts";
import { ask, makeProject, type Project, resultOf } from "./project.ts";
import { scenario } from "./scenario.ts";
import { hostOf, jails, on } from "./test_host.ts";
import { until } from "./until.ts";

scenario("a reboot at any moment brings the live release back", async (place, part) => {
  const host = hostOf(place);
  await using project = await makeProject(place, "shop", {
    ...{ health: { path: "/health", timeout: 20, interval: 0.2 }, image: { commands: ["true"] } },
  });
  const deploy = async (text: string) => {
    await project.release({ text });
    await project.well(["deploy"]);
    assertEquals((await ask(place, project, "/")).text, `${text}\n`);
  };
  /** After a reboot: the release answers, its jail and the admin's run, and no other does. */
  const isUp = async (text: string, jail: string) => {
    let last = "";
    await until(`release ${text} answers again`, async () => {
      const { status, text } = await ask(place, project, "/").catch((error) => ({
        status: 0,
        text: `${error}`,
      }));
      return status === 200 && (last = text) !== "";
    });
    assertEquals(last, `${text}\n`);
    await until("the admin's jail runs again", async () => (await jails(host)).includes("tenant"));
    assertEquals(await jails(host), [jail, "tenant"]);
  };

  await project.well(["setup"]);
  await addTenant(host);
  await deploy("one");
  await deploy("two");

  await part("between deploys: the live one and the admin's jail start, no prepared one", async () => {
    await project.release({ text: "later" });
    assertMatch((await project.alcaide(["deploy", "--prepare"])).stdout, /^3-none is prepared after /m);
    await host.reboot();
    await isUp("two", "shop_green");
    const said = /2-none is live[^]*prepared: 3-none since \S+; its jail does not run/;
    assertMatch((await project.alcaide(["status"])).stdout, said);
    await project.well(["cutover"]);
    await isUp("later", "shop_blue");
    await project.well(["rollback"]);
  });

  await part("before the traffic moves: the old release, and the client says that it failed", async () => {
    await project.release({ text: "never", conf: { APP_FAIL: "listen-never" } });
    const child = project.start(["deploy"]);
    await until("the new jail runs", async () => (await jails(host)).includes("shop_blue"));
    await host.reboot();
    const { code, stderr } = await resultOf(child);
    assertEquals(code, 1, stderr);
    assertMatch(stderr, /^Error: Cannot /m);
    await isUp("two", "shop_green");
    await deploy("three");
    assertEquals(await jails(host), ["shop_blue", "tenant"]);
  });

  await part(
    "after the traffic has moved, before that is verified: the new one, also when nobody undoes",
    async () => {
      await cutInVerify(host, project, "four");
      await isUp("four", "shop_green");
      await deploy("five");
      assertEquals(await jails(host), ["shop_blue", "tenant"]);
    },
  );

  await part("while the old release finishes its requests: the new one, and the deploy counts", async () => {
    await host.clearCalls();
    await project.release({ text: "six" });
    const download = slowDownload(place.http, 20_000, { host: project.domain });
    const child = project.start(["deploy"]);
    await until(
      "the old release is drained",
      async () =>
        (await host.calls()).some(([program, ...args]) => program === "sockstat" && args.includes("-c")),
    );
    await host.reboot();
    const { code, stderr } = await resultOf(child);
    assertEquals(code, 0, stderr);
    assertEquals((await download).completed, false);
    await isUp("six", "shop_green");
  });

  await part("and the next deploy puts the journal right", async () => {
    await deploy("seven");
    const { stdout } = await project.alcaide(["releases"]);
    assertEquals(stdout.match(/-none +live /g)?.length, 1, stdout);
    assertMatch(stdout, /9-none +live/);
    assertMatch(stdout, /8-none +kept/);
    assertEquals(await jails(host), ["shop_blue", "tenant"]);
  });

  await removeApp(place, "shop");
}, { skip: onlyOnTestHost("be rebooted") });

/** A jail of the admin's, started at boot as FreeBSD does it. */
async function addTenant(host: TestHost): Promise<void> {
  await on(
    host,
    `cp -R /jails/.templates/[0-9]* /tenant &&
printf 'tenant { path = /tenant; host.hostname = tenant; persist; }\\n' >/etc/jail.conf &&
sysrc jail_enable=YES jail_list=tenant && service jail start tenant && jls -j tenant jid`,
  );
}

/** Deploys until Caddy is to be asked about the new release; then client and server die. */
async function cutInVerify(host: TestHost, project: Project, text: string): Promise<void> {
  await host.clearCalls();
  // The first question is that of the facts.
  await host.fault({ program: "nc", args: "127\\.0\\.0\\.1", nth: 2, effect: "hang" });
  await project.release({ text });
  const child = project.start(["deploy"]);
  await until(
    "the deploy verifies",
    async () =>
      (await host.calls()).filter(([program, ...args]) => program === "nc" && args.includes("127.0.0.1"))
        .length >= 2,
  );
  child.kill("SIGKILL");
  await resultOf(child);
  await host.clearFaults();
  await host.reboot();
}
