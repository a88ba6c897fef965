// On a system that FreeBSD's installer made with ZFS, setup makes the dataset that jails are clones in.

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { raw, sh } from "../../lib/core/sh.ts";
import { readPage } from "../docs/pages.ts";
import { removeApp } from "./clean.ts";
import { onlyOnTestHost } from "./place.ts";
import { ask, makeProject } from "./project.ts";
import { scenario } from "./scenario.ts";
import { until } from "./until.ts";

scenario("with root on ZFS jails are clones beside the boot environments", async (place, part) => {
  await using project = await makeProject(place, "shop");
  const { server } = place;
  const answers = async (text: string) => assertEquals((await ask(place, project, "/")).text, `${text}\n`);

  await part("setup names the dataset in its plan, and makes nothing then", async () => {
    assertMatch(
      (await project.well(["setup", "--plan"])).text,
      /Make the dataset zroot\/jails at \/jails: jails are clones there/,
    );
    assertEquals(await server.test(sh`zfs list zroot/jails >/dev/null 2>&1`), false);
  });

  await part("setup makes it, marked, outside of the boot environment, and once", async () => {
    assertMatch((await project.well(["setup"])).text, /jails are clones in zroot\/jails/);
    assertEquals(
      await server.read(
        sh`zfs get -H -o value -s local alcaide:base,mountpoint zroot/jails; zfs list -H -o name /jails`,
      ),
      "/jails\n/jails\nzroot/jails",
    );
    assertMatch(
      (await project.well(["setup"])).text,
      /nothing to do, everything is there; jails are clones in zroot\/jails/,
    );
  });

  await part("two deploys clone", async () => {
    for (const text of ["one", "two"]) {
      await project.release({ text });
      await project.well(["deploy"]);
      await answers(text);
    }
    assertEquals(
      await server.read(sh`zfs list -H -o origin zroot/jails/shop_blue zroot/jails/shop_green | sort -u`),
      `zroot/jails/alcaide_template_${(await server.read(sh`uname -r`)).replace(/-p\d+$/, "")}@alcaide`,
    );
    assertMatch((await project.well(["status"])).text, /free, jails are clones in zroot\/jails$/m);
  });

  await part("rollback, and a reboot", async () => {
    await project.well(["rollback"]);
    await answers("one");
    await place.test?.reboot();
    await until(
      "the release answers again",
      async () => (await ask(place, project, "/").catch(() => undefined))?.status === 200,
    );
    await answers("one");
    assertMatch((await project.well(["setup"])).text, /nothing to do/);
  });

  await part(
    "datasets that are mounted late are not covered by others, and their jails start then",
    async () => {
      await server.run(sh`sysrc zfs_enable=NO`);
      await place.test?.reboot();
      assertEquals(await server.read(sh`jls -q name; ls -A /jails 2>/dev/null; :`), "");
      const { code, stderr } = await project.alcaide(["setup"]);
      const says = "the dataset zroot/jails belongs at /jails and is not mounted";
      assertEquals(code, 1);
      assertStringIncludes(stderr, says);
      assertStringIncludes((await project.well(["status"])).text, says);
      await server.run(sh`sysrc zfs_enable=YES && zfs mount -a && service alcaide start`);
      await until("the release answers again", async () => (await ask(place, project, "/")).text === "one\n");
    },
  );

  await removeApp(place, "shop");
}, { zfs: "root", skip: onlyOnTestHost() });

scenario("with root on ZFS copies become clones as the runbook says", async (place, part) => {
  await using project = await makeProject(place, "shop");
  const { server } = place;
  const deploy = async (text: string) => {
    await project.release({ text });
    await project.well(["deploy"]);
    assertEquals((await ask(place, project, "/")).text, `${text}\n`);
  };
  const [move = "", drop = ""] = (await readPage("docs/runbook.md")).text.split("## Copies become clones")[1]
    ?.matchAll(/```sh\n(.*?)```/gs).map(([, text = ""]) => text).toArray() ?? [];

  await part("a base path that holds something is not covered", async () => {
    await server.run(sh`mkdir /jails && : >/jails/notes`);
    assertMatch(
      (await project.well(["setup"])).text,
      /jails are copies[^]*it is not empty, so nothing is mounted there/,
    );
    await deploy("one");
    assertMatch((await project.well(["setup"])).text, /nothing to do[^]*they were made before/);
  });

  await part("the runbook's commands move it; the live release goes on", async () => {
    await server.run(raw(move));
    await until("the release answers again", async () => (await ask(place, project, "/")).text === "one\n");
    assertMatch((await project.well(["setup"])).text, /1 change made; jails are clones in zroot\/jails/);
    await deploy("two");
    await deploy("three");
    assertEquals(
      (await server.read(sh`zfs list -H -o origin zroot/jails/shop_blue zroot/jails/shop_green`)).match(
        /@alcaide$/gm,
      )?.length,
      2,
    );
    await server.run(raw(drop));
    assertMatch((await project.well(["setup"])).text, /nothing to do/);
  });

  await removeApp(place, "shop");
}, { zfs: "root", skip: onlyOnTestHost() });
