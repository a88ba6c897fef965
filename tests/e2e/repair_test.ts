// Everything of a live server is broken by hand, round by round: status names it, repair mends it, the app answers.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Command, sh } from "../../lib/core/sh.ts";
import { removeApp } from "./clean.ts";
import { startLoad } from "./load.ts";
import { onlyOnTestHost } from "./place.ts";
import { ask, makeProject, type Project } from "./project.ts";
import { scenario } from "./scenario.ts";
import { parsed } from "../schemas.ts";

const service = "accessories";
const cache = 'service({ start: "sleep 10000", volumes: ["/data/shop_cache:/data"] })';

/** A thing that is broken by hand. */
interface Break {
  readonly by: Command;
  /** The words of `status`, and of the reason of the repair. */
  readonly says: string;
  /** True when requests fail until it is mended. */
  readonly down?: true;
}

const live = "/usr/local/etc/alcaide/live/shop";
const site = "/usr/local/etc/caddy/conf.d/alcaide/shop.caddy";
const releases = "/var/db/alcaide/apps/shop/releases";

/** Broken together, for each is of another part of the server; the status names every one. */
const rounds: readonly (readonly Break[])[] = [
  [
    { by: sh`sysrc alcaide_enable=NO`, says: "live jails would not start after a reboot" },
    { by: sh`pfctl -F nat`, says: "pf does not have the jails' rules loaded" },
    {
      by: sh`sed -i '' /alcaide/d /usr/local/etc/caddy/Caddyfile`,
      says: "the Caddyfile does not import alcaide's sites",
    },
    { by: sh`touch ${live}/green-9-none`, says: "another one" },
    {
      by: sh`rm /usr/local/etc/alcaide/jails/shop_green.conf`,
      says: "the files of jail shop_green are gone",
    },
    {
      by: sh`mount -t nullfs /data/shop /jails/shop_blue/mnt`,
      says: "/jails/shop_blue/mnt is mounted, and jail shop_blue does not run",
    },
    {
      by: sh`mkdir ${releases}/7-none; echo secret >${releases}/7-none/env`,
      says: "release 7-none has no record",
    },
  ],
  [
    {
      by: sh`echo '# old' >>/usr/local/etc/rc.d/alcaide`,
      says: "the boot script is of another version of Alcaide",
    },
    { by: sh`pfctl -d`, says: "jails can't reach the outside: pf's rules for them are not in force" },
    { by: sh`rm ${site}`, says: "the site file of shop is gone" },
    {
      by: sh`rm /usr/local/etc/alcaide/jails/shop_green.fstab`,
      says: "the files of jail shop_green are gone",
    },
    {
      by: sh`umount -f /jails/shop_green/app/uploads`,
      says: "/data/shop is not mounted at /jails/shop_green/app/uploads",
    },
    {
      by:
        sh`mkdir /jails/.shop_blue.new /jails/shop_build.gone && echo shop_build.gone >/jails/shop_build.gone/.alcaide`,
      says: "/jails/shop_build.gone is there: its deletion was cut off",
    },
    {
      by: sh`mkdir /jails/shop__image && echo shop__image >/jails/shop__image/.alcaide`,
      says: "/jails/shop__image is there: the making of an image was cut off",
    },
    {
      by: sh`sed -i '' 's/"state":"live"/"state":"ready"/' ${releases}/2-none/release.json`,
      says: "the journal says 2-none is ready",
    },
    {
      by: sh`echo '{"by":"me@gone","since":"2026","what":"deploy"}' >/var/db/alcaide/apps/shop/lock.info`,
      says: "me@gone since 2026 (deploy) was cut off",
    },
  ],
  [
    { by: sh`sysrc cloned_interfaces-=lo1`, says: "lo1 would not be there after a reboot" },
    {
      by: sh`rm /usr/local/etc/alcaide/pf.conf`,
      says: "jails can't reach the outside: pf's rules for them are not in force",
    },
    { by: sh`: >${site}`, says: "the site file of shop is not as Alcaide makes it" },
    {
      by: sh`jail -f /usr/local/etc/alcaide/jails/shop_blue.conf -c shop_blue`,
      says: "jail shop_blue runs and has no traffic",
    },
    { by: sh`umount -f /jails/shop_green/dev`, says: "devfs is not mounted at /jails/shop_green/dev" },
    {
      by: sh`jail -f /usr/local/etc/alcaide/jails/shop_cache.conf -r shop_cache`,
      says: "the accessory cache does not run",
    },
  ],
  [
    { by: sh`sysrc caddy_enable=NO`, says: "Caddy would not run after a reboot" },
    { by: sh`ifconfig lo1 inet 10.66.0.2/32 alias`, says: "10.66.0.2 is on lo1, and no jail has it" },
    { by: sh`rm -r ${releases}/1-none`, says: "jail shop_blue holds no good release" },
  ],
  [{ by: sh`service caddy stop`, says: "Caddy does not run", down: true }],
  [{ by: sh`rm ${site}; service caddy stop`, says: "the site file of shop is gone", down: true }],
  [{ by: sh`rm ${live}/*`, says: "the marker on disk is gone, though 2-none runs", down: true }],
  [{ by: sh`jail -R shop_green`, says: "jail shop_green does not run", down: true }],
  [{
    by: sh`rm ${live}/*; jail -f /usr/local/etc/alcaide/jails/shop_green.conf -r shop_green`,
    says: "the marker on disk is gone and no jail runs, the journal says 2-none is live",
    down: true,
  }],
  [{
    by: sh`ifconfig lo1 inet 10.66.0.3/32 -alias`,
    says: "10.66.0.3 of jail shop_green is not on lo1",
    down: true,
  }],
];

const foreign: readonly (readonly [Command, string, Command])[] = [
  [
    sh`mkdir /jails/.shop_blue.new && echo mine >/jails/.shop_blue.new/notes`,
    "/jails/.shop_blue.new exists, and alcaide did not make it",
    sh`cat /jails/.shop_blue.new/notes && rm -r /jails/.shop_blue.new`,
  ],
  [
    sh`mkdir ${releases}/notes`,
    `alcaide did not make ${releases}/notes`,
    sh`rmdir ${releases}/notes`,
  ],
  [
    sh`mkdir -p /else && jail -c name=shop_build path=/else persist`,
    "",
    sh`jail -r shop_build && rmdir /else`,
  ],
];

async function problems(project: Project): Promise<string[]> {
  return parsed((await project.well(["status", "--json"])).stdout, "status")[0].problems;
}

scenario("repair mends what is broken by hand", async (place, part) => {
  const { server } = place;
  await using project = await makeProject(place, "shop", { volumes: ["/data/shop:/app/uploads"] });
  await project.configure({}, "", { [service]: `{ cache: ${cache} }` });
  await project.well(["setup"]);
  for (const text of ["one", "two"]) {
    await project.release({ text });
    await project.well(["deploy"]);
  }
  const answers = async () => (await ask(place, project, "/")).text === "two\n";

  await part("nothing disagrees after a deploy", async () => {
    assertEquals(await problems(project), []);
    assertStringIncludes((await project.well(["repair", "--plan"])).stdout, "nothing is half done");
  });

  for (const broken of rounds) {
    await part(
      broken.map(({ by, says }) => `${by.text.replaceAll("\n", " ")}: ${says}`).join("; "),
      async () => {
        const load = startLoad({ url: place.http, host: project.domain, rate: 20, keepAlive: false });
        for (const { by } of broken) await server.exec(by);
        const found = (await problems(project)).join("\n");
        for (const { says } of broken) assertStringIncludes(found, says);
        // It looks again by itself, and fails when something is still to be mended.
        await project.well(["repair"]);
        assert(await answers());
        const { failed, failures } = await load.stop();
        if (!broken.some(({ down }) => down)) assertEquals(failed, 0, failures.join("\n"));
      },
      { skip: onlyOnTestHost("break the server") },
    );
  }

  await part("all is as before", async () => assertEquals(await problems(project), []));

  for (const [by, says, after] of foreign) {
    await part(`is named and left: ${says}`, async () => {
      await server.run(by);
      const found = (await problems(project)).join("\n");
      const told = (await project.well(["repair"])).stdout;
      if (says !== "") assertStringIncludes(found, says);
      if (says !== "") assertStringIncludes(told, `left to you: ${says}`);
      await server.run(after);
    }, { skip: onlyOnTestHost("break the server") });
  }

  await part("a server with all of it broken, cut off in the middle, and after a reboot", async () => {
    for (
      const { by } of rounds.flat().filter(({ says }) => !/uploads|devfs|marker|is ready|no good/.test(says))
    ) {
      await server.exec(by);
    }
    await place.test?.fault({ program: "service", args: "caddy reload", effect: "drop" });
    await project.alcaide(["repair"]);
    await place.test?.clearFaults();
    await project.well(["repair", "--wait", "60s"]);
    assertEquals(await problems(project), []);
    assert(await answers());
    await place.test?.reboot();
    assertStringIncludes((await project.well(["repair"])).stdout, "nothing is half done");
    assert(await answers());
  }, { skip: onlyOnTestHost("reboot") });

  await removeApp(place, "shop");
});
