// A boot with something missing: an accessory is broken, a disk or a pool is away, a template is gone.

import { assertEquals, assertMatch } from "@std/assert";
import { removeApp } from "./clean.ts";
import { onlyOnTestHost } from "./place.ts";
import { ask, makeProject } from "./project.ts";
import { scenario } from "./scenario.ts";
import { hostOf, jails, on } from "./test_host.ts";
import { until } from "./until.ts";

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
