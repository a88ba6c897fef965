// One deploy at a time: the other waits or says who deploys, a dead holder is done with, and what it left does nothing.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { holdAppLock } from "../../lib/server/lock.ts";
import { askLock, fenced, fencedStream, heartbeatLimit } from "../../lib/commands/lock.ts";
import { appDir } from "../../lib/commands/paths.ts";
import type { Remote } from "../../lib/remote/remote.ts";
import { sh } from "../../lib/core/sh.ts";
import { removeApp } from "./clean.ts";
import { ask, makeProject, resultOf } from "./project.ts";
import { scenario } from "./scenario.ts";
import { patience, until } from "./until.ts";

const work = `${appDir("shop")}/at-work`;

function take(server: Remote) {
  const holder = { by: "test@here", since: new Date().toISOString(), what: "test" };
  return holdAppLock(server, "shop", holder, new AbortController().signal);
}

scenario("two deploys at once never meet", async (place, part) => {
  const { server } = place;
  const health = { path: "/health", timeout: 20, interval: 0.2 };
  await using mine = await makeProject(place, "shop", { health });
  await using yours = await makeProject(place, "shop", { health });
  const serves = async (text: string) => assertEquals((await ask(place, mine, "/")).text, `${text}\n`);
  await mine.well(["setup"]);

  await part("in the same second: one wins, the other says who deploys since when", async () => {
    await mine.release({ text: "mine" });
    await yours.release({ text: "yours" });
    const [first, second] = await Promise.all([mine, yours].map((project) => project.alcaide(["deploy"])));
    assert(first && second);
    assertEquals([first.code, second.code].sort(), [0, 75], first.stderr + second.stderr);
    const loser = first.code === 75 ? first : second;
    assertMatch(loser.stderr, /is locked by [^ @]+@[^ @]+ since \d{4}-\d\d-\d\dT[\d:.]+Z \(deploy\)/);
    await serves(first.code === 0 ? "mine" : "yours");
  });

  await part("with --wait both go through, one after the other", async () => {
    const results = await Promise.all(
      [mine, yours].map((project) => project.alcaide(["deploy", "--wait", "10m"])),
    );
    assertEquals(results.map(({ code }) => code), [0, 0], results.map(({ stderr }) => stderr).join("\n"));
    const said = results.map(({ stderr }) => stderr).join("\n");
    assertEquals(said.match(/Waiting: locked by \S+@\S+ since/g)?.length, 1, said);
    const { stdout } = await mine.alcaide(["releases"]);
    assertMatch(stdout, /3-none +live/);
    assertMatch(stdout, /2-none +kept/);
  });

  await part(
    "a holder whose machine loses power loses the lock, and its deploy does nothing more",
    async () => {
      await mine.release({ text: "lost", conf: { APP_FAIL: "listen-never" } });
      const lost = mine.start(["deploy"]);
      const ended = resultOf(lost);
      await until(
        "the deploy is under way",
        async () => (await server.read(sh`ls ${appDir("shop")}/releases`)).includes("4-"),
      );
      // Its connection stays open, as one does whose other end is gone, but no sign of life comes any more.
      lost.kill("SIGSTOP");
      try {
        // A look takes its time, too.
        const limit = heartbeatLimit * 1000 + patience(30_000);
        await until("the lock is free", async () => await server.read(askLock("shop")) === "", limit);
        await yours.release({ text: "after" });
        await yours.well(["deploy"]);
      } finally {
        lost.kill("SIGCONT");
      }
      const { code, stderr } = await ended;
      assert(code !== 0, stderr);
      await serves("after");
      assertMatch((await mine.alcaide(["status"])).stdout, /is live/);
    },
  );

  await part("an orphaned script does nothing once a new holder came", async () => {
    await using lock = await take(server);
    for (const orphan of [fenced, fencedStream]) {
      const exit = await server.exec(orphan("shop", lock.fence - 1, sh`echo orphan >>${work}`));
      assertEquals(exit.code, 75);
      assertStringIncludes(exit.stderr, "Another deploy has begun since");
    }
    assertEquals(await server.test(sh`test -e ${work}`), false);
    await server.run(fenced("shop", lock.fence, sh`echo holder >>${work}`));
    assertEquals(await server.read(sh`cat ${work}; rm ${work}`), "holder");
  });

  await part(
    "the new holder waits for one that is at work, and one that waited in vain does nothing",
    async () => {
      const go = `${work}.go`;
      const old = await take(server);
      const atWork = server.exec(
        fenced(
          "shop",
          old.fence,
          sh`echo begun >>${work}; while [ ! -e ${go} ]; do sleep 0.1; done; echo done >>${work}`,
        ),
      );
      await until("the script is at work", () => server.test(sh`test -e ${work}`));
      const queued = server.exec(fenced("shop", old.fence, sh`echo queued >>${work}`));
      await until("another waits for it", () => server.test(sh`pgrep -f script.lock | sed 1d | grep -q .`));
      await old[Symbol.asyncDispose]();
      await using lock = await take(server);
      const next = server.exec(fenced("shop", lock.fence, sh`echo new >>${work}`));
      await server.run(sh`: >${go}`);
      const codes = [(await atWork).code, (await queued).code, (await next).code];
      assertEquals(codes, [0, 75, 0]);
      assertEquals(await server.read(sh`cat ${work}`), "begun\ndone\nnew");
    },
  );

  await removeApp(place, "shop");
});
