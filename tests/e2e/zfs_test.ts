// Where jails live on ZFS, trees are clones of the template's snapshot.

import { assertEquals, assertMatch } from "@std/assert";
import { sh } from "../../lib/core/sh.ts";
import { removeApp } from "./clean.ts";
import { onlyOnTestHost } from "./place.ts";
import { ask, makeProject } from "./project.ts";
import { scenario } from "./scenario.ts";

scenario("on ZFS jails are clones", async (place, part) => {
  await using project = await makeProject(place, "shop");
  const { server } = place;

  await part("setup makes a dataset and a snapshot of the template, once", async () => {
    await project.well(["setup"]);
    assertMatch(await server.read(sh`zfs list -H -o name -t snapshot`), /alcaide_template_.*@alcaide/);
    assertMatch((await project.well(["setup"])).stdout, /nothing to do/);
  });

  await part("three deploys, each jail a clone with our mark", async () => {
    await project.configure({ image: { commands: ["echo made >/etc/made"] } });
    for (const text of ["one", "two", "three"]) {
      await project.release({ text });
      await project.well(["deploy"]);
      assertEquals((await ask(place, project, "/")).text, `${text}\n`);
    }
    assertMatch(
      await server.read(sh`zfs get -H -o value origin zroot/jails/shop_green`),
      /alcaide_image_shop\.clone-.*@alcaide$/,
    );
    assertEquals(await server.read(sh`zfs get -H -o value alcaide:name zroot/jails/shop_blue`), "shop_blue");
    assertEquals(
      await server.read(sh`cat /jails/shop_*/etc/made; zfs list -H -o name | grep -c image`),
      "made\nmade\n1",
    );
  });

  await part("rollback starts the kept clone", async () => {
    await project.well(["rollback"]);
    assertEquals((await ask(place, project, "/")).text, "two\n");
  });

  await part("an image stays while clones or kept releases need it, and no longer", async () => {
    await project.configure({ keep: 2 });
    const left = async (text: string) => {
      await project.release({ text });
      await project.well(["deploy"]);
      return await server.read(sh`zfs list -H -o name | grep -c image; :`);
    };
    assertEquals([await left("three"), await left("two")], ["1", "0"]);
  });

  await part("a failed release leaves no dataset behind", async () => {
    await project.release({ text: "bad", conf: { APP_FAIL: "exit" } });
    assertEquals((await project.alcaide(["deploy"])).code, 1);
    assertEquals(await server.test(sh`zfs list -H -o name zroot/jails/shop_blue >/dev/null 2>&1`), false);
    assertEquals((await ask(place, project, "/")).text, "two\n");
  });

  await removeApp(place, "shop");
}, { zfs: "jails", skip: onlyOnTestHost() });
