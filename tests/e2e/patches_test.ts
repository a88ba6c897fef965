// A server that was patched: setup brings the base system of new jails to its level, deploys and upgrades move jails to it.

import { assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { sh } from "../../lib/core/sh.ts";
import { onlyOnTestHost } from "./place.ts";
import { ask, makeProject } from "./project.ts";
import { scenario } from "./scenario.ts";
import { until } from "./until.ts";

for (const zfs of [undefined, "jails"] as const) {
  scenario(`jails follow the server's patches, as ${zfs ? "clones" : "copies"}`, async (place, part) => {
    await using project = await makeProject(place, "shop");
    const { server, test } = place;
    const run = async (...args: string[]) => {
      const { stdout, stderr } = await project.well(args);
      return { stdout, stderr };
    };
    const release = await server.read(sh`uname -r`);
    const versions = () =>
      server.read(sh`for jail in shop_blue shop_green shop_echo; do
[ ! -d /jails/$jail ] || /jails/$jail/bin/freebsd-version -u; done`);
    const echo = `start: 'nc -lk "$ADDRESS" "$PORT"', ports: [7007], volumes: ["/data/echo:/data"]`;

    await part("a server without patches gets the plain base system", async () => {
      await project.configure({ start: "bin/app" }, "", { accessories: `{ echo: service({ ${echo} }) }` });
      await project.release({ text: "one" });
      await run("setup");
      await run("deploy");
      assertEquals(await versions(), `${release}\n${release}`);
      assertEquals((await run("status")).stdout.includes("patches:"), false);
      await server.run(sh`echo kept >/data/echo/file`);
    });

    await part("without the update servers setup says so and leaves nothing", async () => {
      await server.run(
        sh`sed -i '' -e ${`s/^USERLAND_VERSION=.*/USERLAND_VERSION="${release}-p3"/`} /bin/freebsd-version`,
      );
      const { stderr } = await run("setup");
      assertStringIncludes(
        stderr,
        `Cannot bring FreeBSD ${release} to the server's patch level 3, so jails go without: Fetching public key from`,
      );
      assertEquals(await server.read(sh`ls -A /jails/.templates`), release);
      assertStringIncludes(
        (await run("status")).stdout,
        `are behind the server's ${release}-p3: "alcaide setup", "alcaide deploy" and "alcaide accessory upgrade echo"`,
      );
    });

    await part("setup makes a patched template beside the plain one, once", async () => {
      await server.run(sh`echo ${`${release} 4`} >/etc/testhost-updates`);
      await run("setup");
      assertEquals(await server.read(sh`ls -A /jails/.templates`), `${release}\n${release}-p3`);
      assertMatch((await run("setup")).stdout, /nothing to do/);
      assertEquals(await versions(), `${release}\n${release}`);
    });

    await part("the next deploy takes it", async () => {
      await run("deploy");
      assertEquals((await ask(place, project, "/")).text, "one\n");
      assertEquals(await versions(), `${release}\n${release}-p4\n${release}`);
    });

    await part("accessory upgrade exchanges the jail and keeps the volume", async () => {
      const { stdout } = await run("accessory", "upgrade", "echo");
      assertStringIncludes(stdout, "echo runs and is well on the newest base system");
      assertEquals((await versions()).split("\n").at(-1), `${release}-p4`);
      assertEquals(
        await server.read(sh`jexec shop_echo cat /data/file; ls -A /jails | sort`),
        [
          ...["kept", ".templates", "shop_blue", "shop_echo", "shop_green"],
        ].join("\n"),
      );
      assertEquals((await run("status")).stdout.includes("patches:"), false);
      assertMatch((await run("setup")).stdout, /nothing to do/);
      const again = await run("accessory", "upgrade", "echo");
      assertStringIncludes(again.stdout, "echo has the newest base system already");
    });

    await part(
      "an upgrade that fails, or that the power cut off, ends with the old jail or the new",
      async () => {
        await server.run(
          sh`sed -i '' -e 's/-p3/-p5/' /bin/freebsd-version; echo ${`${release} 5`} >/etc/testhost-updates`,
        );
        await run("setup");
        await test?.fault({ program: "jail", args: "-c shop_echo", effect: "fail" });
        const { code } = await project.alcaide(["accessory", "upgrade", "echo"]);
        assertEquals([code, (await versions()).split("\n").at(-1)], [1, `${release}-p4`]);
        await server.read(sh`jls -j shop_echo jid`);
        const [program, at] = zfs ? ["zfs", "zroot/jails"] : ["mv", "/jails"];
        await test?.fault({ program, args: `${at}/shop_echo.next ${at}/shop_echo$`, effect: "reboot" });
        assertNotEquals((await project.alcaide(["accessory", "upgrade", "echo"])).code, 0);
        await until(
          "the host is back",
          () => server.test(sh`jls -j shop_blue jid || jls -j shop_green jid`).catch(() => false),
        );
        const says = "an upgrade of echo was cut off";
        assertStringIncludes((await run("status", "--json")).stdout, says);
        assertStringIncludes((await run("repair")).stdout, says);
        assertEquals((await versions()).split("\n").at(-1), `${release}-p4`);
        assertEquals(
          await server.read(sh`jexec shop_echo cat /data/file; ls -A /jails | grep echo`),
          "kept\nshop_echo",
        );
        await run("accessory", "upgrade", "echo");
        assertEquals((await versions()).split("\n").at(-1), `${release}-p5`);
        assertEquals(await server.read(sh`cat /data/echo/file; ls -A /jails | grep echo`), "kept\nshop_echo");
      },
    );

    if (zfs === undefined) {
      await part(
        "a thin jail gets patches at its next start, and keeps its base system until then",
        async () => {
          const level = async (level: number) => {
            await server.run(
              sh`sed -i '' -e ${`s/-p[0-9]*"$/-p${level}"/`} /bin/freebsd-version; echo ${`${release} ${level}`} >/etc/testhost-updates`,
            );
            await run("setup");
          };
          const jailed = { jail: { mirror: place.mirror, kind: "thin" }, image: { packages: ["doas"] } };
          await project.configure({ start: "bin/app", ...jailed }, "", {
            accessories: `{ echo: service({ ${echo} }) }`,
          });
          await run("deploy");
          const jail = await server.read(sh`jls -q name | grep -v echo`);
          const version = () => server.read(sh`jexec ${jail} freebsd-version -u`);
          assertEquals(await version(), `${release}-p5`);
          await level(6);
          await level(7);
          assertEquals(await version(), `${release}-p5`);
          assertEquals(
            await server.read(sh`ls -A /jails/.templates`),
            [`.${release}.newest`, ...["", "-p5", "-p6", "-p7"].map((one) => `${release}${one}`)].join("\n"),
          );
          await test?.reboot();
          await until(
            "the app answers again",
            () => ask(place, project, "/").then(({ text }) => text === "one\n", () => false),
          );
          assertEquals(await version(), `${release}-p7`);
          assertEquals(await server.test(sh`jexec ${jail} test -x /usr/local/bin/doas`), true);
          // By force, under the jail that runs.
          const says: string[] = [];
          for (const [point, what] of [["/.base", ".newest"], ["/usr/.local", "/usr/.local"]]) {
            await server.run(sh`umount -f ${`/jails/${jail}${point}`}`);
            says.push(`${what} is not mounted at /jails/${jail}${point}`);
          }
          for (const task of ["status", "repair"]) {
            const { stdout } = await run(task);
            for (const one of says) assertStringIncludes(stdout, one);
          }
          const touches = (path: string) => server.test(sh`jexec ${jail} touch ${path}`);
          assertEquals([await version(), await touches("/bin/new"), await touches("/usr/local/bin/doas")], [
            `${release}-p7`,
            false,
            false,
          ]);
          assertEquals((await run("status")).stdout.includes("problem"), false);
        },
      );
    }

    await part("destroy takes everything back, patched templates too", async () => {
      await run("destroy", "--yes", "shop");
      await run("destroy", "--server", "--yes", "shop");
      assertEquals(await server.read(sh`ls -A /jails 2>/dev/null || :`), "");
    });
  }, { ...zfs === undefined ? {} : { zfs }, skip: onlyOnTestHost("get patches of our own") });
}
