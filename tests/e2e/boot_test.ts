// The power fails: whatever was going on, the live release comes back, a retired one doesn't, and the next deploy is well.

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { TestHost } from "../host/mod.ts";
import { removeApp } from "./clean.ts";
import { slowDownload } from "./load.ts";
import { onlyOnTestHost, type Place } from "./place.ts";
import { ask, makeProject, type Project, resultOf } from "./project.ts";
import { scenario } from "./scenario.ts";
import { until } from "./until.ts";

scenario("a reboot at any moment brings the live release back", async (place, part) => {
  const host = hostOf(place);
  await using project = await makeProject(place, "shop", {
    ...{ health: { path: "/health", timeout: 20, interval: 0.2 }, image: { commands: ["true"] } },
  });
  const deploy = async (text: string) => {
    await project.release({ text });
    const { code, stderr } = await project.alcaide(["deploy"]);
    assertEquals(code, 0, stderr);
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

  assertEquals((await project.alcaide(["setup"])).code, 0);
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
    assertEquals((await project.alcaide(["cutover"])).code, 0);
    await isUp("later", "shop_blue");
    assertEquals((await project.alcaide(["rollback"])).code, 0);
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

function hostOf({ test }: Place): TestHost {
  assert(test, "this needs the test host");
  return test;
}

async function on(host: TestHost, script: string): Promise<string> {
  const { code, stdout, stderr } = await host.shell(script);
  assertEquals(code, 0, stdout + stderr);
  return stdout;
}

async function jails(host: TestHost): Promise<string[]> {
  return (await on(host, "jls -q name")).trim().split("\n").sort();
}

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

scenario(
  "a boot with something missing starts what it can, and makes nothing in its place",
  async (place, part) => {
    const host = hostOf(place);
    await using project = await makeProject(place, "shop", { volumes: ["/files/shop:/app/files"] });
    await project.configure({ volumes: ["/files/shop:/app/files"] }, "", {
      accessories:
        `{ echo: service({ start: 'nc -lk "$ADDRESS" "$PORT"', ports: [7007], volumes: ["/data/echo:/data"] }) }`,
    });
    const isUp = async (names: readonly string[]) => {
      await until(
        "the app answers",
        async () => (await ask(place, project, "/").catch(() => undefined))?.status === 200,
      );
      assertEquals(await jails(host), names);
    };
    /** Takes a directory away while the server is down; gives what puts it back and starts what waits for it. */
    const bootWithout = async (path: string) => {
      await on(host, `service alcaide stop >/dev/null && mv ${path} /away`);
      await host.reboot();
      return async () => {
        await on(
          host,
          `[ ! -e ${path} ] && mv /away ${path} && service alcaide start && : >${path}/.was_here`,
        );
        await isUp(both);
      };
    };
    const told = async (args: readonly string[]) => {
      const { code, stdout, stderr } = await project.alcaide(args);
      return [code, stdout + stderr] as const;
    };
    const works = async (args: readonly string[]) => {
      const [code, text] = await told(args);
      assertEquals(code, 0, text);
    };
    const both = ["shop_blue", "shop_echo"];

    await project.release({ text: "one" });
    await works(["setup"]);
    await works(["deploy"]);
    await isUp(both);

    await part("a broken accessory keeps no app down, and setup brings it back", async () => {
      await on(
        host,
        "mv /usr/local/etc/alcaide/jails/shop_echo.conf /saved && echo nonsense >/usr/local/etc/alcaide/jails/shop_echo.conf",
      );
      await host.reboot();
      await isUp(["shop_blue"]);
      assertMatch((await told(["status"]))[1], /echo: .*it does not run/);
      await on(host, "mv /saved /usr/local/etc/alcaide/jails/shop_echo.conf");
      await works(["setup"]);
      await isUp(both);
    });

    await part("an accessory waits for its volume's disk, the app does not", async () => {
      const putBack = await bootWithout("/data");
      await isUp(["shop_blue"]);
      for (const args of [["accessory", "start", "echo"], ["setup"]]) {
        const [code, text] = await told(args);
        assertEquals(code, 1, text);
        assertMatch(text, /Cannot start jail shop_echo: \/data\/echo is not there\. Is its disk mounted/);
      }
      // The place that its disk is mounted on: empty, and root's.
      await on(host, "mkdir -p /data/echo");
      assertMatch(
        (await told(["accessory", "start", "echo"]))[1],
        /\/data\/echo is empty\. Is its disk mounted/,
      );
      await on(host, "rmdir /data/echo /data");
      await putBack();
    });

    await part("an app waits for its volume's disk, and no deploy makes another in its place", async () => {
      const putBack = await bootWithout("/files");
      await until("the accessory runs", async () => (await jails(host)).join() === "shop_echo");
      await project.release({ text: "two" });
      const [code, text] = await told(["deploy"]);
      assertEquals(code, 1, text);
      assertMatch(text, /The volume \/files\/shop is not there, and the app had it/);
      // The place that its disk is mounted on.
      await on(host, "mkdir -p /files/shop && echo '/dev/ada1p1 /files ufs rw,noauto 2 2' >>/etc/fstab");
      const said = await on(host, "service alcaide start 2>&1; sed -i '' /ada1p1/d /etc/fstab");
      assertMatch(said, /\/files\/shop is empty, and its file system is not mounted\. Is its disk mounted/);
      assertEquals(await jails(host), ["shop_echo"]);
      await on(host, "rmdir /files/shop /files");
      await putBack();
    });

    await part("a pool that is imported late is named, and its jails start then", async () => {
      const putBack = await bootWithout("/jails");
      assertMatch(
        (await told(["status"]))[1],
        /problem: \/jails\/shop_blue is not there\. Is its disk mounted, its pool imported\?/,
      );
      const [code, text] = await told(["repair"]);
      assertEquals(code, 1, text);
      assertMatch(text, /left to you: \/jails\/shop_blue is not there/);
      await putBack();
    });

    await part("a template that is gone is missed by the next deploy alone", async () => {
      await on(host, "mv /jails/.templates /away");
      await host.reboot();
      await isUp(both);
      assertMatch((await told(["deploy"]))[1], /alcaide setup/);
      await on(host, "mv /away /jails/.templates");
      await works(["deploy"]);
    });

    await on(host, "rm -rf /files /data");
    await removeApp(place, "shop");
  },
  { skip: onlyOnTestHost("be rebooted") },
);
