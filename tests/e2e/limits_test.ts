// An app has its time to end, wherever it is stopped; limits of jails are in force as long as they run.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { removeApp } from "./clean.ts";
import { onlyOnTestHost } from "./place.ts";
import { ask, makeProject } from "./project.ts";
import { scenario } from "./scenario.ts";
import { until } from "./until.ts";
import { parsed } from "../schemas.ts";

const killed = /the old release did not end when it was asked to, and was killed after 3 s/;

scenario("apps end in their time, within their limits", async (place, part) => {
  const { test: host } = place;
  assert(host, "this needs the test host");
  const on = async (script: string) => (await host.shell(script)).stdout.trim();
  const limits = { memory: "512M", cpu: 150, processes: 200 };
  /** The app lives so long after SIGTERM. */
  const holding = (ms: number) => ({ env: { APP_HOLD_MS: ms }, stopTimeout: 3, limits });
  await using project = await makeProject(place, "shop", holding(1200));
  const deploy = async (text: string) => {
    await project.release({ text });
    const { stderr } = await project.well(["deploy"]);
    assertEquals((await ask(place, project, "/")).text, `${text}\n`);
    return stderr;
  };

  await part("setup and deploy say that the kernel does not count", async () => {
    const setup = await project.alcaide(["setup"]);
    assertEquals(setup.code, 0, setup.stderr);
    assertStringIncludes(setup.stdout + setup.stderr, "kern.racct.enable=1 to /boot/loader.conf");
    await project.release({ text: "none" });
    const { code, stderr } = await project.alcaide(["deploy"]);
    assertEquals(code, 1);
    assertMatch(stderr, /limits can't be in force/);
    await host.shell("echo kern.racct.enable=1 >>/boot/loader.conf");
    await host.reboot();
  });

  const rules = (jail: string) =>
    ["memoryuse:deny=536870912", "pcpu:deny=150", "maxproc:deny=200"].map((rule) => `jail:${jail}:${rule}`)
      .join("\n");

  await part("limits are in force once the release is live, and status shows them", async () => {
    await deploy("one");
    assertEquals(await on("rctl"), rules("shop_blue"));
    const { stdout } = await project.alcaide(["status", "--json"]);
    const [{ limits: known, problems }] = parsed(stdout, "status");
    assertEquals(known, {
      shop_blue: {
        memory: { most: 2 ** 29, used: 0 },
        cpu: { most: 150, used: 0 },
        processes: { most: 200, used: 0 },
      },
    });
    assertEquals(problems, []);
  });

  await part("an app that ends in its time is not killed, and its limits go with its jail", async () => {
    await project.configure(holding(60_000));
    assertEquals(killed.test(await deploy("two")), false);
    assertEquals(await on("rctl"), rules("shop_green"));
  });

  await part("one that doesn't is killed, which is said", async () => {
    await project.configure({ ...holding(1200), stopTimeout: 100 });
    assertMatch(await deploy("three"), killed);
  });

  await part("a jail's own shutdown waits as long; a reboot brings the limits back", async () => {
    assertEquals(await on("jexec shop_blue /usr/sbin/sysrc -n rcshutdown_timeout"), "115");
    await host.reboot();
    await until("the app is back", async () => await on("jls -q name") === "shop_blue");
    assertEquals(await on("rctl"), rules("shop_blue"));
  });

  await part("the boot script's stop gives it its time, too", async () => {
    await until(
      "the app answers",
      async () => (await ask(place, project, "/").catch(() => undefined))?.status === 200,
    );
    const began = Date.now();
    await on("service alcaide stop");
    assert(Date.now() - began >= 1200);
    assertEquals([await on("jls -q name"), await on("rctl")], ["", ""]);
    await on("service alcaide start");
  });

  await part("a rollback's release has its own time and limits", async () => {
    await project.well(["rollback"]);
    assertEquals(await on("rctl"), rules("shop_green"));
    assertMatch(await on("cat /usr/local/etc/alcaide/jails/shop_green.conf"), /stop.timeout = 3;/);
  });

  await removeApp(place, "shop");
}, { skip: onlyOnTestHost("be rebooted") });
