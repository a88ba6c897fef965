// Faults of a server before it is prepared: each is named with its remedy, and refusals change nothing.

import { assertEquals, assertMatch } from "@std/assert";
import { sh } from "../../lib/core/sh.ts";
import { downloadFailures, laterFailures } from "../errors/setup_failures.ts";
import { setupRefusals } from "../errors/setup_refusals.ts";
import { assertMessage, meet, on, stateOf, titleOf } from "../errors/trouble.ts";
import { onlyOnTestHost } from "./place.ts";
import { makeProject } from "./project.ts";
import { scenario } from "./scenario.ts";

scenario("setup says what is wrong with a server, and what to do", async (place, part) => {
  const { test, server } = place;
  if (test === undefined) throw new Error("needs the test host");
  await using project = await makeProject(place, "shop");

  const untouched = await stateOf(place);
  const withoutPkg = (await test.shell("pkg info </dev/null")).stderr;
  for (const trouble of setupRefusals) {
    await part(titleOf(trouble), async () => {
      assertMessage(await meet(test, place, project, trouble, ["setup"]), trouble);
      assertEquals(await stateOf(place), untouched);
    });
  }

  await part("row 20: a firewall of the admin's is left alone, and the line to add is named", async () => {
    await on(test, "echo 'pass all' >/etc/pf.conf; sysrc pf_enable=YES >/dev/null");
    const { code, stdout, stderr } = await project.alcaide(["setup", "--plan"]);
    await on(test, "rm /etc/pf.conf; sysrc -x pf_enable");
    assertEquals(code, 0, stderr);
    assertMatch(
      stderr,
      /its own firewall, which is left alone.*add: nat on vtnet0 inet from 10\.66\.0\.0\/24/,
    );
    assertEquals(stdout.includes("Let jails reach the outside"), false);
  });

  for (const trouble of downloadFailures) {
    await part(titleOf(trouble), async () => {
      assertMessage(await meet(test, place, project, trouble, ["setup"]), trouble);
      const left = await server.read(sh`ls /jails/.templates | grep -v -x '\.[0-9.]*-RELEASE\.new'; :`);
      assertEquals(left, "", "no base system, no download is left");
    });
  }

  for (const trouble of laterFailures) {
    await part(titleOf(trouble), async () => {
      assertMessage(await meet(test, place, project, trouble, ["setup"]), trouble);
      assertEquals(await server.test(sh`pgrep -x caddy >/dev/null`), false);
    });
  }

  await part("row 38: pkg, which is not there yet, is brought in", async () => {
    assertMatch(withoutPkg, /Please set ASSUME_ALWAYS_YES=yes/);
    await project.well(["setup"]);
    assertEquals(await server.test(sh`pkg -N >/dev/null 2>&1`), true);
  });

  await part("row 8: csh as login shell understands none of our scripts, and need not", async () => {
    assertMatch(
      (await test.shell("csh -c 'ls /nosuch 2>&1 >/dev/null | cat'")).stderr,
      /Ambiguous output redirect/,
    );
    const { code, stdout, stderr } = await project.alcaide(["setup"]);
    assertEquals([code, /nothing to do/.test(stdout)], [0, true], stderr);
  });
}, { shell: "/bin/csh", skip: onlyOnTestHost() });
