// A deploy that is interrupted or that meets another one: nothing is left half-done, the old release serves.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { askLock } from "../../lib/commands/lock.ts";
import { sh } from "../../lib/core/sh.ts";
import { writeRandom } from "../bench/random.ts";
import { removeApp } from "./clean.ts";
import { ask, makeProject, resultOf } from "./project.ts";
import { onlyOnTestHost } from "./place.ts";
import { scenario } from "./scenario.ts";
import { until } from "./until.ts";

scenario("an interrupted deploy cleans up, and two at once don't meet", async (place, part) => {
  const { server } = place;
  await using project = await makeProject(place, "shop", { health: { path: "/health", timeout: 30 } });
  await project.well(["setup"]);
  await project.release({ text: "one" });
  await project.well(["deploy"]);

  /** Waits until a deploy that can't get well has started its jail. */
  const underWay = () =>
    until("the deploy is under way", () => server.test(sh`jls -j shop_green jid >/dev/null 2>&1`));

  for (const [signal, status] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
    await part(`${signal} in the middle cleans up and ends with ${status}`, async () => {
      await project.release({ text: "never", conf: { APP_FAIL: "listen-never" } });
      const child = project.start(["deploy"]);
      await underWay();
      child.kill(signal);
      const { code, stderr } = await resultOf(child);
      assertEquals(code, status, stderr);
      assertEquals((await ask(place, project, "/")).text, "one\n");
      assertEquals(await server.test(sh`test -e /jails/shop_green`), false);
      assertEquals(await server.test(sh`jls -j shop_green jid >/dev/null 2>&1`), false);
    });
  }

  await part("a second deploy at the same time is told who deploys", async () => {
    const first = project.start(["deploy"]);
    await underWay();
    const { code, stderr } = await project.alcaide(["deploy"]);
    first.kill("SIGINT");
    await resultOf(first);
    assertEquals(code, 75, stderr);
    assertMatch(stderr, /is locked by .*@.* since .*deploy/);
  });

  /** A deploy whose machine dies in the middle. */
  const killed = async () => {
    const child = project.start(["deploy"]);
    await underWay();
    child.kill("SIGKILL");
    await resultOf(child);
  };

  await part("repair undoes what a deploy left whose machine died", async () => {
    await killed();
    const { stdout } = await project.well(["repair", "--wait", "60s"]);
    assertMatch(stdout, /Stop jail shop_green: jail shop_green runs and has no traffic/);
    assertEquals(await server.test(sh`jls -j shop_green jid >/dev/null 2>&1`), false);
    assertEquals((await ask(place, project, "/")).text, "one\n");
    assertMatch((await project.alcaide(["repair", "--plan"])).stdout, /nothing is half done/);
  });

  await part("a deploy whose machine dies leaves the lock free, and the next one goes through", async () => {
    await killed();
    await until("the lock is free", async () => await server.read(askLock("shop")) === "");
    await project.release({ text: "two" });
    await writeRandom(`${project.directory}/release/payload`, 7);
    await project.well(["deploy"]);
    assertEquals((await ask(place, project, "/")).text, "two\n");
    // It came in parts.
    assertEquals(await server.read(sh`find /var/db/alcaide/apps/shop/releases -name 'artifact?*'`), "");
  });

  await part(
    "Ctrl-C at a program that hangs behind the switch says what is live, and what is left",
    async () => {
      const host = place.test;
      assert(host, "this needs the test host");
      await host.fault({ program: "jail", args: "-r shop_", effect: "hang" });
      await project.release({ text: "two again" });
      const child = project.start(["deploy"]);
      await until("the old jail is being stopped", async () => await host.faultsLeft() === 0);
      assertEquals((await ask(place, project, "/")).text, "two again\n");
      child.kill("SIGINT");
      const { code, stderr } = await resultOf(child);
      assertEquals(code, 130, stderr);
      assertMatch(
        stderr,
        /Interrupted: \d+-none is live already\n(?: .*\n)*? +Left: Retire the old release\n/,
      );
      assertEquals((await ask(place, project, "/")).text, "two again\n");
      const repair = await project.alcaide(["repair", "--wait", "60s"]);
      assertEquals(repair.code, 0, repair.stderr);
      assertMatch(repair.stdout, /Stop jail shop_/);
    },
    { skip: onlyOnTestHost("hang") },
  );

  await part("logs -f goes on over a deploy and leaves nothing running", async () => {
    const child = project.start(["logs", "-f", "-n", "1"]);
    let shown = "";
    const reading = (async () => {
      for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) shown += text;
    })();
    await until("the release before speaks", () => Promise.resolve(shown.includes("release two")));
    await project.release({ text: "three" });
    await project.well(["deploy"]);
    await ask(place, project, "/crash").catch(() => {});
    await until("both releases spoke", () => Promise.resolve(/release two[^]*release three/.test(shown)));
    child.kill("SIGINT");
    await Promise.all([child.status, reading, child.stderr.cancel()]);
    await until(
      "nothing is left",
      async () => !await server.test(sh`pgrep -f 'tail.*alcaide/shop' >/dev/null`),
    );
  });

  await removeApp(place, "shop");
});
