// Back and forward again, with each release's own environment and configuration, under load.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { releaseAssets } from "../../lib/commands/assets.ts";
import { sh } from "../../lib/core/sh.ts";
import { removeApp } from "./clean.ts";
import { missingPackage } from "./place.ts";
import { isLiveThin } from "./live_thin.ts";
import { describeLoad, startLoad } from "./load.ts";
import { ask, makeProject } from "./project.ts";
import { scenario } from "./scenario.ts";
import { patience, until } from "./until.ts";

scenario("rollback goes back and forward under load", async (place, part) => {
  await using project = await makeProject(place, "shop");
  const { server } = place;
  await project.well(["setup"]);

  await part("without a release there is nothing to go back to", async () => {
    const { code, stderr } = await project.alcaide(["rollback"]);
    assertEquals(code, 1);
    assertMatch(stderr, /nothing is live/);
  });

  // The first release has no schedule.
  // No run lasts as long as what it leaves in the background.
  const schedule = { tick: { at: "* * * * *", run: 'sleep 50 & echo "$NUMBER is 100%"', timeout: 40 } };
  const scheduled = () =>
    server.read(sh`sed -n 's/^# release: //p' /usr/local/etc/alcaide/schedules/shop.* 2>/dev/null; :`);
  const assets = { path: "/assets", from: "public" };
  const release = async (text: string, conf = {}) => {
    await project.release({ text, conf });
    const directory = `${project.directory}/release/public`;
    await Deno.mkdir(directory);
    for (const name of ["app.css", `app-${text}.js`]) await Deno.writeTextFile(`${directory}/${name}`, text);
    await Deno.symlink("/etc", `${directory}/etc`);
  };
  for (const text of ["1", "2", "3"]) {
    await project.configure({ env: { NUMBER: text }, assets, ...text === "1" ? {} : { schedule } });
    await release(text);
    await project.well(["deploy"]);
  }
  /** The live release's file, and which releases' own files are there. */
  const served = async () => {
    const own = ["1", "2", "3", "bad"].map((text) => ask(place, project, `/assets/app-${text}.js`));
    const found = (await Promise.all(own)).map(({ status, text }) => status === 200 ? text : `${status}`);
    return [(await ask(place, project, "/assets/app.css")).text, ...found];
  };
  const serves = async (text: string) => {
    assertEquals((await ask(place, project, "/")).text, `${text}\n`);
    assertEquals((await ask(place, project, "/env?name=NUMBER")).text, text);
  };
  const load = startLoad({ url: place.http, host: project.domain, rate: 200, keepAlive: false });

  const back = async (text: string, ...to: readonly number[]) => {
    await project.well(["rollback", ...to.map(String)]);
    await serves(text);
  };

  await part("rollback --plan and --list change nothing", async () => {
    assertMatch((await project.alcaide(["rollback", "--plan"])).stdout, /Back to release 2-none/);
    const { stdout } = await project.alcaide(["rollback", "--list"]);
    assert(stdout.includes("2-none") && stdout.includes("1-none") && !stdout.includes("3-none"), stdout);
    await serves("3");
  });

  await part("pages of each kept release find their assets, and nobody a link's", async () => {
    assertEquals(await served(), ["3", "1", "2", "3", "404"]);
    assertEquals((await ask(place, project, "/assets/etc/rc.conf")).status, 404);
    await project.well(["status"]);
  });

  await part("from 3 to 2, whose jail is there", async () => {
    await back("2");
    assertEquals(await served(), ["2", "1", "2", "3", "404"]);
  });

  await part("then to 1, whose jail is made anew from the kept artifact", async () => {
    assertEquals(await scheduled(), "2-none");
    await back("1");
    assertEquals(await served(), ["1", "1", "2", "3", "404"]);
    assertEquals(await scheduled(), "");
  });

  await part("and no further", async () => {
    const { code, stderr } = await project.alcaide(["rollback"]);
    assertEquals(code, 1);
    assertMatch(stderr, /no good release is kept from before 1-none/);
  });

  await part("forward again by its number", async () => {
    await back("3", 3);
  });

  await part("a release rolled away from is skipped", async () => {
    const { stdout } = await project.alcaide(["releases"]);
    assertMatch(stdout, /3-none +live/);
    assertMatch(stdout, /2-none +kept, rolled back/);
    await back("1");
    await project.well(["rollback", "3"]);
  });

  await part("--current-env takes today's environment", async () => {
    await project.configure({ env: { NUMBER: "today" }, assets });
    await project.well(["rollback", "2", "--current-env"]);
    assertEquals((await ask(place, project, "/env?name=NUMBER")).text, "today");
    await back("3", 3);
  });

  await part("after a failed deploy the last good one is meant", async () => {
    await release("bad", { APP_FAIL: "exit" });
    assertEquals((await project.alcaide(["deploy"])).code, 1);
    await serves("3");
    assertEquals(await served(), ["3", "1", "2", "3", "404"]);
    await back("1", 1);
  });

  await part("a release that isn't kept is refused by name", async () => {
    const { code, stderr } = await project.alcaide(["rollback", "4"]);
    assertEquals(code, 2);
    assertStringIncludes(stderr, "no such good release is kept");
  });

  await part("no request failed meanwhile", async () => {
    const report = await load.stop();
    Deno.stdout.writeSync(new TextEncoder().encode(`${describeLoad(report).join("\n")}\n`));
    assertEquals(report.failed, 0, report.failures.join("\n"));
  });

  await part("the lock can be seen and taken away", async () => {
    assertMatch((await project.alcaide(["lock"])).stdout, /free/);
    await release("slow", { APP_FAIL: "listen-never" });
    const child = project.start(["deploy"]);
    await until("the lock is held", () => server.test(sh`test -e /var/db/alcaide/apps/shop/lock.info`));
    assertMatch((await project.alcaide(["lock", "status"])).stdout, /held by .*@.* \(deploy\)/);
    await project.well(["--yes", "lock", "release"]);
    assertMatch((await project.alcaide(["lock"])).stdout, /free/);
    const { code } = await child.status;
    await child.stdout.cancel();
    await child.stderr.cancel();
    assert(code !== 0);
    await serves("1");
  });

  await part("repair copies assets that are gone from the artifact of the live release", async () => {
    await server.run(sh`rm -r ${releaseAssets("shop", "1-none")}`);
    assertMatch((await project.alcaide(["status"])).stdout, /the assets of 1-none are gone/);
    await project.well(["repair"]);
    assertEquals(await served(), ["1", "1", "2", "3", "404"]);
  });

  await part("a deploy after all that converges, also with --wait", async () => {
    await project.configure({ env: { NUMBER: "5" }, schedule });
    await project.release({ text: "5" });
    await project.well(["deploy", "--wait", "1m"]);
    await serves("5");
    assertEquals((await served())[1], "404");
    assertMatch(
      (await project.alcaide(["history", "-n", "4"])).stdout,
      /deploy \d+-none +succeeded .*\n.* repair +succeeded .*\n.* lock release +succeeded .*\n.* deploy \d+-none +failed .*\n.*another deploy has taken over/,
    );
  });

  await part("cron runs the live release's schedule with its environment", async () => {
    const ran = async () => (await project.alcaide(["logs", "--schedule", "tick"])).stdout;
    const run = /alcaide: begins in \d+-none\n5 is 100%\n\S+ alcaide: ended with status 0\n/;
    await until("cron has run it", async () => run.test(await ran()), patience(90_000));
    assertMatch(
      (await project.alcaide(["status"])).stdout,
      /schedule tick \([* ]+\): ended .* with status 0/,
    );
  });

  const images = () => server.read(sh`ls -d /jails/alcaide_image_shop.* /jails/shop__image 2>/dev/null; :`);
  const kindOf = async (
    text: string,
    kind: "thin" | "copied",
    command = "pkg=$(command -v doas) && echo $pkg >/etc/made",
  ) => {
    const jail = { mirror: place.mirror, kind, packages: ["doas"] };
    await project.configure({ env: { NUMBER: text }, jail, image: { commands: [command] } });
    await project.release({ text });
  };
  const skip = await missingPackage(place, ["doas"]);

  /** The number of the thin release, which on ZFS is a clone. */
  let [number, thin] = [0, true];

  await part("thin jails come and go, and the base system that they share stays as it is", async () => {
    await server.run(sh`touch /tmp/alcaide-before`);
    const deploy = async (text: string, kind: "thin" | "copied") => {
      await kindOf(text, kind);
      await project.well(["deploy"]);
      await serves(text);
      assertEquals(await server.read(sh`cat /jails/shop_*/etc/made | sort -u`), "/usr/local/bin/doas");
    };
    await deploy("6", "thin");
    number = Number(await server.read(sh`basename /usr/local/etc/alcaide/live/shop/[bg]*-* | cut -d - -f 2`));
    thin = !(await project.alcaide(["status"])).stdout.includes("jails are clones");
    assertEquals(await isLiveThin(server), thin);
    await back("5");
    assertEquals(await isLiveThin(server), false);
    await back("6", number);
    assertEquals(await isLiveThin(server), thin);
    await deploy("7", "copied");
    const made = await images();
    assertEquals(made.split("\n").length, thin ? 2 : 1);
    const { stdout } = await project.alcaide(["deploy", "--plan"]);
    assertMatch(stdout, /image \/jails\/alcaide_image_shop\.\S+, which is there already/);
    await deploy("8", "copied");
    // Its jail is gone, and made anew as it was, from the image that it had.
    await back("6", number);
    assertEquals([await isLiveThin(server), await images()], [thin, made]);
    const changed = sh`find /jails/.templates/[0-9]* -cnewer /tmp/alcaide-before; rm /tmp/alcaide-before`;
    assertEquals(await server.read(changed), "");
  }, { skip });

  await part(
    "a command of an image that fails leaves nothing of it, and the release before serves on",
    async () => {
      const before = await images();
      await kindOf("9", "thin", "echo no such luck; exit 3");
      const { code, stderr } = await project.alcaide(["deploy"]);
      assertEquals([code, await images()], [1, before], stderr);
      assertMatch(
        stderr,
        /Cannot make the image on \S+: "echo no such luck; exit 3" ended with status 3\n[^]* no such luck\n/,
      );
      await serves("6");
    },
    { skip },
  );

  await part(
    "a rollback makes an image again that somebody deleted, and a deploy forgets those that nobody needs",
    async () => {
      // A clone's can't be deleted. The jail that runs has one of them mounted.
      await server.run(sh`rm -rf /jails/alcaide_image_shop.copy-* /jails/alcaide_image_shop.thin-*`);
      const { stdout } = await project.alcaide(["status"]);
      assertMatch(stdout, / image: 1 package and 1 command, made [0-9.]+ (s|min) ago \(shop\.\S+\)\n/);
      assertEquals(/problem: the image shop\.thin-\S+ is not there/.test(stdout), thin, stdout);
      await back("8", number + 2);
      // Its jail is kept, and could not start without its image.
      await back("6", number);
      assertEquals(await isLiveThin(server), thin);
      await back("8", number + 2);
      assertEquals(await server.read(sh`cat /jails/shop_*/etc/made | sort -u`), "/usr/local/bin/doas");
      await project.configure({ env: { NUMBER: "9" }, keep: 2 });
      await project.release({ text: "9" });
      await project.well(["deploy"]);
      await serves("9");
      assertMatch(await images(), /^\/jails\/alcaide_image_shop\.(copy|clone)-\S+$/);
    },
    { skip },
  );

  await removeApp(place, "shop");
});
