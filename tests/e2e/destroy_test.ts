// destroy takes one of two apps off a server while the other is under load, and destroy --server undoes setup.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { sh } from "../../lib/core/sh.ts";
import type { FaultRule } from "../host/mod.ts";
import { removeApp } from "./clean.ts";
import { startLoad } from "./load.ts";
import { costOfReload, onlyOnTestHost } from "./place.ts";
import { ask, makeProject } from "./project.ts";
import { scenario } from "./scenario.ts";
import { differences, ourNames, wholeHost } from "./whole_host.ts";

const service = "accessories";
const cache = 'service({ start: "sleep 10000", volumes: ["/data/blog_cache:/data"] })';

for (const [what, options] of [["UFS", {}], ["ZFS", { zfs: "root" }]] as const) {
  scenario(`destroy on ${what} removes an app and nothing else`, async (place, part) => {
    const { server } = place;
    const fresh = place.test === undefined ? undefined : await wholeHost(place);
    const names = await ourNames(place);
    await using blog = await makeProject(place, "blog", {
      volumes: ["/data/blog:/app/uploads"],
      assets: { path: "/assets", from: "bin" },
    });
    await using admin = await makeProject(place, "blog_admin");
    const schedule = { tidy: { at: "@daily", run: "true" } };
    const thin = {
      jail: { mirror: place.mirror, kind: "thin" },
      image: { commands: ["echo made >/etc/made"] },
    };
    await blog.configure({ ...thin, schedule }, "", {
      [service]: `{ cache: ${cache} }`,
    });
    for (const project of [admin, blog]) {
      await project.well(["setup"]);
      for (const text of ["one", "two"]) {
        await project.release({ text });
        await project.well(["deploy"]);
      }
    }
    assertEquals((await ask(place, blog, "/write?path=/app/uploads/kept&text=kept")).status, 200);
    const files = () =>
      server.read(
        sh`ls -d /jails/* /jails/.[a-s]* /usr/local/etc/alcaide/*/* /usr/local/etc/caddy/conf.d/alcaide/* \
/usr/local/www/alcaide/*/* /var/log/alcaide/* /var/log/alcaide/*/* /var/db/alcaide/*/* 2>/dev/null | grep -e blog -e _accessories/
ifconfig lo1 | grep -c inet; mount -p | grep -c blog_; zfs list -H -o name 2>/dev/null | grep blog; grep -c blog /var/db/alcaide/host.json; :`,
      );
    // The history stays: it tells who destroyed the app.
    const ofBlog = (text: string) =>
      text.split("\n").filter((row) => /blog(?!_admin)/.test(row) && !row.includes("/history/"));

    await part("foreign jails, directories and snapshots are refused, and nothing is changed", async () => {
      const refused = async (message: RegExp) => {
        const before = await files();
        const { code, stderr } = await blog.alcaide(["destroy", "--yes", "blog"]);
        assertEquals(code, 1, stderr);
        assertMatch(stderr, message);
        assertEquals(await files(), before);
      };
      assertStringIncludes((await blog.alcaide(["destroy"])).stderr, "there is no terminal to ask at");
      assertEquals((await blog.alcaide(["destroy", "--yes", "shop"])).code, 2);
      await server.run(sh`mkdir -p /else/root && jail -c name=blog_build path=/else/root persist`);
      await refused(/the jail blog_build exists, and alcaide did not make it/);
      await server.run(sh`jail -r blog_build; jail -c name=blog_blue path=/else/root persist`);
      await refused(/the jail blog_blue runs in \/else\/root, and alcaide did not make it/);
      // The mark inside is even the right one.
      await server.run(
        sh`jail -r blog_blue; mkdir /data/else && echo blog_build >/data/else/.alcaide && ln -s /data/else /jails/blog_build`,
      );
      await refused(/\/jails\/blog_build exists, and alcaide did not make it/);
      await server.run(sh`rm /jails/blog_build`);
      if (what === "ZFS") {
        await server.run(sh`zfs snapshot zroot/jails/blog_blue@mine`);
        await refused(/alcaide did not make zroot\/jails\/blog_blue@mine/);
        await server.run(sh`zfs destroy zroot/jails/blog_blue@mine && zfs create zroot/jails/blog_blue/mine`);
        await refused(/alcaide did not make zroot\/jails\/blog_blue\/mine/);
        await server.run(
          sh`zfs destroy zroot/jails/blog_blue/mine; rmdir /jails/blog_blue/mine 2>/dev/null; :`,
        );
      }
    });

    await part("the plan names what goes and what stays", async () => {
      const before = await files();
      const text = (await blog.well(["destroy", "--plan"])).text;
      for (
        const title of [
          "Take blog out of Caddy: its site answers to http://blog.test",
          "Remove the jail blog_cache",
          "Remove the jail blog_green",
          "Remove the image blog.",
          "Forget blog",
          "The volume /data/blog stays",
        ]
      ) {
        assertStringIncludes(text, title);
      }
      assert(!/blog_admin/.test(text), text);
      assertEquals(await files(), before);
    });

    await part("one app goes while the other is under load", async () => {
      await server.run(sh`echo mine >/var/log/alcaide/blog/notes && echo mine >/jails/blog_blue/app/notes
mount -t nullfs /data/blog /jails/blog_blue/mnt`);
      const load = startLoad({ url: place.http, host: admin.domain, rate: 60, keepAlive: false });
      const text = (await blog.well(["destroy", "--yes", "blog"])).text;
      const report = await load.stop();
      assert(report.failed + report.raced <= costOfReload(place), report.failures.join("\n"));
      assert(report.requests > 30, String(report.requests));
      assertStringIncludes(text, "/var/log/alcaide/blog/notes stays: alcaide did not make it");
      assertEquals(ofBlog(await files()), ["/var/log/alcaide/blog", "/var/log/alcaide/blog/notes"]);
      assertEquals(await server.read(sh`cat /data/blog/kept /var/log/alcaide/blog/notes`), "keptmine");
      assert((await ask(place, blog, "/").catch(() => ({ status: 0 }))).status !== 200);
      assertEquals((await ask(place, admin, "/")).text, "two\n");
      assertMatch(
        (await admin.well(["history", "--app", "blog"])).text,
        /^ {2}\S+ \S+ {2}destroy +succeeded .*\n.* deploy 2-none +succeeded .*\n.* deploy 1-none .*\n.* setup +succeeded .*\n$/,
      );
      await server.run(sh`rm -r /var/log/alcaide/blog`);
    });

    await part("a second time there is nothing to do, and volumes go when they are asked for", async () => {
      assertStringIncludes((await blog.well(["destroy", "--yes", "blog"])).text, "nothing of it is there");
      await blog.well(["setup"]);
      await blog.well(["deploy"]);
      await server.run(sh`mkdir -p /data/theirs && chown 1234 /data/theirs`);
      await blog.configure({ volumes: ["/data/blog:/app/uploads", "/data/theirs:/app/theirs"] }, "", {
        [service]: `{ cache: ${cache} }`,
      });
      const text = (await blog.well(["destroy", "--yes", "blog", "--volumes"])).text;
      assertStringIncludes(
        text,
        "The volume /data/theirs stays: it belongs to user id 1234, so alcaide did not make it",
      );
      assertEquals(await server.read(sh`ls /data`), "else\ntheirs");
      assertEquals(ofBlog(await files()), []);
    });

    await part("cut off, it is finished by another run", async () => {
      const faults: FaultRule[] = [
        { program: "service", args: "caddy reload", effect: "fail" },
        { program: "jail", args: "-r blog_blue", effect: "drop" },
        what === "UFS"
          ? { program: "rmdir", args: "blog_blue.gone", effect: "fail" }
          : { program: "zfs", args: "destroy", effect: "after-fail" },
        { program: "rm", args: "fence", effect: "drop" },
      ];
      await blog.configure({});
      for (const fault of faults) {
        await blog.well(["deploy"]);
        await place.test?.fault(fault);
        const cut = await blog.alcaide(["destroy", "--yes", "blog"]);
        assert(what === "ZFS" || cut.code !== 0, cut.stderr);
        await blog.well(["destroy", "--yes", "blog"]);
        assertEquals(ofBlog(await files()), [], fault.args);
      }
      await place.test?.clearFaults();
    }, { skip: onlyOnTestHost("break programs") });

    await part("destroy --server leaves the host as it was before setup, file by file", async () => {
      const early = await admin.alcaide(["destroy", "--server", "--yes", "blog_admin"]);
      assertEquals(early.code, 1);
      assertStringIncludes(early.stderr, "it still has apps: blog_admin");
      await admin.well(["destroy", "--yes", "blog_admin"]);
      await server.run(sh`rm -rf /data /else && echo mine >/usr/local/etc/alcaide/notes`);
      assertStringIncludes(
        (await admin.well(["destroy", "--server", "--plan"])).text,
        "Remove Caddy: setup installed it",
      );
      const text = (await admin.well(["destroy", "--server", "--yes", "blog_admin"])).text;
      assertStringIncludes(text, "/usr/local/etc/alcaide/notes stays: alcaide did not make it");
      await server.run(sh`rm -r /usr/local/etc/alcaide && rmdir /usr/local/etc 2>/dev/null; :`);
      assertStringIncludes(
        (await admin.well(["destroy", "--server", "--yes", "blog_admin"])).text,
        "nothing of it is there",
      );
      assertEquals(differences(fresh ?? new Map(), await wholeHost(place)), []);
      // Logs and temporary files, too.
      assertEquals(await ourNames(place), names);
    }, { skip: onlyOnTestHost("be read from outside") });

    if (place.test !== undefined) return;
    await server.run(sh`rm -rf /data/else /data/theirs /else`);
    for (const app of ["blog", "blog_admin"]) await removeApp(place, app);
  }, options);
}
