// The main job as a user does it: a server prepared, an app deployed three times, looked at, and brought back by a reboot.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { sh } from "../../lib/core/sh.ts";
import { removeApp } from "./clean.ts";
import { onlyOnTestHost } from "./place.ts";
import { ask, makeProject, type Project } from "./project.ts";
import { scenario } from "./scenario.ts";
import { until } from "./until.ts";
import { parsed } from "../schemas.ts";

async function deployed(project: Project, text: string): Promise<Record<string, unknown>> {
  await project.release({ text });
  const { stdout } = await project.well(["--json", "deploy"]);
  return parsed(stdout, "deploy");
}

scenario("a server is prepared and an app deployed, looked at and brought back", async (place, part) => {
  await using project = await makeProject(place, "shop", {
    env: { GREETING: 'it\'s "here" $HOME\nand there', EMPTY: "" },
    beforeStart: ["echo before-start $(id -un) $(pwd)"],
    migrate: "bin/app migrate",
  });
  const { server } = place;

  await part("setup --plan changes nothing", async () => {
    // On a host that is given it may have run before.
    const prepared = () => server.test(sh`test -e /usr/local/etc/rc.d/alcaide`);
    const before = await prepared();
    const { stdout } = await project.well(["setup", "--plan"]);
    assertMatch(stdout, before ? /nothing to do/ : /change/);
    assertEquals(await prepared(), before);
  });

  await part("setup prepares the server", async () => {
    await project.well(["setup"]);
    assert(await server.test(sh`pgrep -x caddy >/dev/null`));
  });

  await part("the base system has no immutable files, no /rescue and no open root", async () => {
    // A patched host has a second one.
    for (const template of (await server.read(sh`ls -d /jails/.templates/[0-9]*`)).split("\n")) {
      assertEquals(await server.read(sh`find ${template} -flags +schg`), "");
      assertEquals(await server.test(sh`test -e ${`${template}/rescue`}`), false);
      assertMatch(await server.read(sh`grep '^root:' ${`${template}/etc/master.passwd`}`), /^root:\*:/);
    }
  });

  await part("a second setup changes nothing and says so", async () => {
    const { stdout } = await project.well(["setup"]);
    assertStringIncludes(stdout, "nothing to do");
  });

  await part("status says that nothing is live", async () => {
    const { stdout } = await project.well(["status"]);
    assertStringIncludes(stdout, "nothing of shop is live");
  });

  await part("deploy --plan shows the site file and changes nothing", async () => {
    await project.release({ text: "one" });
    const { stdout } = await project.well(["deploy", "--plan"]);
    assertMatch(stdout, /\+ http:\/\/shop\.test \{/);
    assertEquals(await server.test(sh`test -e /jails/shop_blue`), false);
  });

  await part("three deploys alternate blue and green", async () => {
    for (const [text, slot] of [["one", "blue"], ["two", "green"], ["three", "blue"]] as const) {
      await deployed(project, text);
      assertEquals(await ask(place, project, "/"), { status: 200, text: `${text}\n` });
      assertMatch(
        await server.read(sh`basename /usr/local/etc/alcaide/live/shop/[bg]*-*`),
        new RegExp(`^${slot}-\\d-none$`),
      );
    }
  });

  await part("the old jail is stopped and kept", async () => {
    assertEquals(await server.test(sh`jls -j shop_green jid >/dev/null 2>&1`), false);
    assert(await server.test(sh`test -d /jails/shop_green/app`));
  });

  await part("the environment arrives byte for byte", async () => {
    const { text } = await ask(place, project, "/env?name=GREETING");
    assertEquals(text, 'it\'s "here" $HOME\nand there');
  });

  await part("the app has a user of its own", async () => {
    const { text } = await ask(place, project, "/id");
    assertMatch(text, /60\d\d\d/);
  });

  await part("status names the live release, its deployer, jails, health and disk", async () => {
    const { stdout } = await project.well(["status"]);
    assertMatch(stdout, /3-none is live for .*, deployed by /);
    assertMatch(stdout, /health: 200/);
    assertMatch(stdout, /shop_blue \(.*\) has the traffic and shop_green \(.*\) kept, stopped/);
    assertMatch(stdout, /disk: .* free/);
    assert(!stdout.includes("problem"), stdout);
  });

  await part("status --json is for programs", async () => {
    const { stdout } = await project.well(["--json", "status"]);
    const [{ live, problems }] = parsed(stdout, "status");
    assertEquals([live, problems], ["3-none", []]);
  });

  await part("run passes words, output, input and status on", async () => {
    assertEquals(
      (await project.well(["run", "bin/app", "echo", "two words", "a'b"])).stdout.trim(),
      "two words a'b",
    );
    assertEquals((await project.alcaide(["run", "bin/app exit 7"])).code, 7);
    assertEquals((await project.well(["run", "cat"], { stdin: "piped in\n" })).stdout, "piped in\n");
    assertEquals(
      (await project.well(["run", 'printf %s "$GREETING"'])).stdout,
      'it\'s "here" $HOME\nand there',
    );
    assertMatch((await project.well(["run", "id -u; pwd"])).stdout, /^60\d\d\d\n\/app\n$/);
    const { stdout } = await project.well(["history"]);
    assertMatch(
      stdout,
      /run id +succeeded .*\n.* run printf .*\n.* run cat .*\n.* run bin\/app +failed after/,
    );
    assertMatch(
      stdout,
      / deploy 3-none +succeeded .*\n.* deploy 2-none .*\n.* deploy 1-none .*\n.* setup +succeeded/,
    );
    assert(!stdout.includes("words"), stdout);
  });

  await part("logs shows what the live release said", async () => {
    const { stdout } = await project.well(["logs", "-n", "5"]);
    assertMatch(stdout, /listening on/);
    const none = await project.alcaide(["logs", "--grep", "no such words"]);
    assertEquals(none.stdout, "");
  });

  await part("a log is rotated by the server itself, and the app goes on in a new one", async () => {
    const log = await server.read(sh`ls /var/log/alcaide/shop/3-*.log | grep -v migrate`);
    await server.run(sh`newsyslog -F ${log}`);
    await ask(place, project, "/crash").catch(() => {});
    await until(
      "the new log has what the app says",
      () => server.test(sh`[ -f ${log} ] && grep -q listening ${log}`),
    );
    assertMatch(await server.read(sh`bunzip2 -c ${`${log}.0.bz2`}`), /listening on/);
  });

  await part("a reboot brings the live release back, and only that", async () => {
    await place.test?.reboot();
    let answer = { status: 0, text: "" };
    await until("it answers again", async () => {
      answer = await ask(place, project, "/").catch(() => answer);
      return answer.status === 200;
    });
    assertEquals(answer, { status: 200, text: "three\n" });
    const jails = await place.test?.shell("jls -q name");
    assertEquals(jails?.stdout.trim(), "shop_blue");
  }, { skip: onlyOnTestHost("be rebooted") });

  await part("a deploy after that works", async () => {
    await deployed(project, "four");
    assertEquals((await ask(place, project, "/")).text, "four\n");
  });

  await part("the app can be taken away again", async () => {
    await removeApp(place, "shop");
    assertEquals(await server.test(sh`test -e /jails/shop_blue`), false);
  });
});
