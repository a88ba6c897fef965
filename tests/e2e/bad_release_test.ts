// Releases that aren't well: the old one serves on, and the message says why.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { sh } from "../../lib/core/sh.ts";
import { removeApp } from "./clean.ts";
import { ask, makeProject } from "./project.ts";
import { scenario } from "./scenario.ts";
import { patience } from "./until.ts";

/** A fault of a release, and its message. */
const badReleases: readonly { name: string; conf: Record<string, string>; says: readonly RegExp[] }[] = [
  {
    name: "exits at once",
    conf: { APP_FAIL: "exit" },
    says: [/it ends again and again/, /last lines of its log/],
  },
  {
    name: "never listens",
    conf: { APP_FAIL: "listen-never" },
    says: [/did not answer well/, /does not listen: it must listen on port 4000/],
  },
  { name: "answers 500", conf: { APP_FAIL: "status500" }, says: [/500/, /answers with an error/] },
  { name: "binds IPv6 only", conf: { APP_FAIL: "ipv6" }, says: [/eafnosupport/, /0, 0, 0, 0/] },
  {
    name: "misses a variable",
    conf: { APP_FAIL: "missing-env" },
    says: [/SECRET_KEY_BASE is missing/, /alcaide secrets set SECRET_KEY_BASE/],
  },
];

scenario("a bad release never replaces a good one", async (place, part) => {
  await using project = await makeProject(place, "shop", {
    health: { path: "/health", timeout: patience(6) },
  });
  const { server } = place;
  await project.well(["setup"]);
  await project.release({ text: "good" });
  const first = await project.alcaide(["deploy"]);
  assertEquals(first.code, 0, first.stderr);

  for (const { name, conf, says } of badReleases) {
    await part(`a release that ${name}`, async () => {
      await project.release({ text: "bad", conf });
      const { code, stderr } = await project.alcaide(["deploy"]);
      assertEquals(code, 1, stderr);
      for (const pattern of says) assertMatch(stderr, pattern);
      assertEquals((await ask(place, project, "/")).text, "good\n");
      assertEquals(await server.test(sh`test -e /jails/shop_green`), false);
      assert(!stderr.includes("    at "), "a stack trace is no message");
    });
  }

  await part("a release on 127.0.0.1 is well: in a jail that is the jail's address", async () => {
    await project.release({ text: "local", conf: { APP_FAIL: "localhost" } });
    await project.well(["deploy"]);
    assertEquals((await ask(place, project, "/")).text, "local\n");
  });

  await part("a failing migration stops the deploy with the old release serving", async () => {
    await project.configure({ migrate: "bin/app fail" });
    await project.release({ text: "bad" });
    const { code, stderr } = await project.alcaide(["deploy"]);
    assertEquals(code, 1);
    assertStringIncludes(stderr, "Cannot migrate");
    const [, release = ""] =
      /may be partly migrated.* "alcaide logs --release (\S+)" shows all/.exec(stderr) ?? [];
    assertMatch(stderr, /Live: 7-none, as before/);
    assertEquals((await project.alcaide(["logs", "--release", release])).stdout, "told to fail\n");
    assertEquals((await project.alcaide(["logs", "--release", "8"])).stdout, "told to fail\n");
    assertMatch((await project.alcaide(["logs", "--release", "2"])).stdout, /cannot start: told to exit\n/);
    const unknown = await project.alcaide(["logs", "--release", "9"]);
    assertEquals(unknown.code, 2);
    assertMatch(
      unknown.stderr,
      /Cannot find a log of release "9" of shop\n +Hint: There are logs of 1-none, 2-none/,
    );
    assertEquals((await ask(place, project, "/")).text, "local\n");
  });

  await part("a build that fails names its command and changes nothing", async () => {
    await project.configure({ build: { command: "echo compiling; exit 3", result: "out" } });
    const { code, stderr } = await project.alcaide(["deploy"]);
    assertEquals(code, 1);
    assertMatch(stderr, /compiling/);
    assertMatch(stderr, /"echo compiling; exit 3" failed/);
  });

  await part("failed releases stay in the journal, without their environment", async () => {
    const states = await server.read(
      sh`cd /var/db/alcaide/apps/shop/releases && grep -l '"state":"failed"' */release.json | wc -l; ls */env | wc -l`,
    );
    const [failed, env] = states.split("\n").map((row) => Number(row.trim()));
    assertEquals(failed, badReleases.length + 1);
    assertEquals(env, 2);
  });

  await removeApp(place, "shop");
});
