// Three servers switch together or not at all, and say so when that could not be.

import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { startHost, type TestHost } from "../host/mod.ts";
import { onlyOnTestHost, openPlace, type Place } from "./place.ts";
import { ask, makeProject, resultOf } from "./project.ts";
import { until } from "./until.ts";

const reason = onlyOnTestHost();

Deno.test({
  name: `three servers switch together or not at all${reason ? ` (skipped: ${reason})` : ""}`,
  ignore: reason !== undefined,
  fn: async (context) => {
    await using place = await openPlace();
    await using second = await startHost();
    await using third = await startHost();
    const first = place.test as TestHost;
    const hosts = [first, second, third];
    const knownHosts = (await Promise.all(hosts.map((host) => Deno.readTextFile(host.knownHosts)))).join(
      "\n",
    );
    const all: Place = { ...place, knownHosts };
    await using project = await makeProject(all, "shop", {
      server: hosts.map((host, index) => ({ ...serverOf(host), tags: index === 2 ? ["jobs"] : ["web"] })),
      schedule: { tick: { at: "* * * * *", run: 'date "+it is %S"; exit 3', on: "jobs" } },
    });
    const crontab = (host: TestHost) => host.shell("cat /usr/local/etc/cron.d/alcaide");
    const scheduled = async () =>
      (await third.shell("sed -n 's/^# release: //p' /usr/local/etc/alcaide/schedules/shop.tick")).stdout
        .trim();
    const part = async (title: string, run: () => Promise<void>) => {
      if (!(await context.step(title, run))) throw new Error(`"${title}" failed`);
    };
    const answers = () =>
      Promise.all(
        hosts.map(async (host) => (await ask({ ...place, http: host.http }, project, "/")).text.trim()),
      );
    const deploy = async (text: string, ...options: readonly string[]) => {
      await project.release({ text });
      return await project.alcaide(["deploy", ...options]);
    };

    await part("all are prepared and deployed to at once", async () => {
      await project.well(["setup"]);
      const { code, stderr } = await deploy("one");
      assertEquals(code, 0, stderr);
      assertEquals(await answers(), ["one", "one", "one"]);
      assertEquals(await scheduled(), "1-none");
      assertMatch((await crontab(third)).stdout, /^\* \* \* \* \* root .*shop[.]tick$/m);
      assertEquals((await crontab(first)).code, 1);
    });

    await part("one that breaks before routing keeps all from switching", async () => {
      await second.fault({ program: "pw", effect: "fail", status: 1, stderr: "pw: broken" });
      const { code, stderr } = await deploy("two");
      assertEquals(code, 1);
      assertMatch(stderr, /pw: broken/);
      assert(stderr.includes(second.address), stderr);
      assertEquals(await answers(), ["one", "one", "one"]);
    });

    await part("one that fails to verify takes all back", async () => {
      // Every question to Caddy on the third server fails, but for the one of the facts.
      for (let nth = 2; nth <= 40; nth++) {
        await third.fault({ program: "nc", args: "127\\.0\\.0\\.1", nth, effect: "fail", status: 1 });
      }
      const { code, stderr } = await deploy("three");
      await third.clearFaults();
      assertEquals(code, 1, stderr);
      assertMatch(stderr, /Cannot verify through Caddy/);
      assertEquals(await answers(), ["one", "one", "one"]);
      assertEquals(await scheduled(), "1-none");
    });

    await part("one that fails in the second stage takes back the first, too", async () => {
      for (let nth = 2; nth <= 40; nth++) {
        await second.fault({ program: "nc", args: "127\\.0\\.0\\.1", nth, effect: "fail", status: 1 });
      }
      const { code, stderr } = await deploy("staged", "--stages", "1, 2, all", "--pause", "0");
      await second.clearFaults();
      assertEquals(code, 1, stderr);
      assertMatch(
        stderr,
        /Now stage 1 of 3 [^]*Verify through Caddy[^]*Now stage 2 of 3 [^]*Cannot verify through Caddy/,
      );
      assertNotMatch(stderr, /stage 3 of 3/);
      assertEquals(await answers(), ["one", "one", "one"]);
      assertEquals(
        (await project.alcaide(["repair", "--plan"])).stdout.match(/nothing is half done/g)?.length,
        3,
      );
    });

    await part("slots may differ from server to server", async () => {
      // Two of them never had the image.
      const thin = { jail: { mirror: place.mirror, kind: "thin" }, image: { commands: ["true"] } };
      await project.configure({ ...thin, server: [serverOf(first)], schedule: {} });
      assertEquals((await deploy("only one")).code, 0);
      await project.configure(thin);
      const { code, stderr } = await deploy("four", "--stages", "1, all", "--pause", "1s");
      assertEquals(code, 0, stderr);
      assertMatch(stderr, /Wait 1\.0 s before stage 2 of 2/);
      assertEquals(await answers(), ["four", "four", "four"]);
      const images = await Promise.all(
        hosts.map(async (host) =>
          (await host.shell("cd /jails && ls -d alcaide_image_*")).stdout.split(".")[1]
        ),
      );
      assertEquals([new Set(images).size, images[0]?.startsWith("thin-")], [1, true], images.join());
      await project.configure({});
    });

    await part("one that dies at that moment leaves a split, and the exit status says so", async () => {
      await second.clearCalls();
      await second.fault({ program: "nc", args: "127\\.0\\.0\\.1", nth: 2, effect: "hang" });
      await project.release({ text: "five" });
      const child = project.start(["--json", "deploy"]);
      const ended = resultOf(child);
      await untilHung(second);
      await second.powerOff();
      const { code, stdout } = await ended;
      assertEquals(code, 3, stdout);
      assertMatch(stdout, /Cannot confirm that all servers serve the same release/);
    });

    await part("status tells which server is out of reach", async () => {
      const { code, stdout } = await project.alcaide(["status"]);
      assertEquals(code, 1);
      assertMatch(stdout, /unreachable/);
    });

    await part("once it is back, status shows the split and a deploy heals it", async () => {
      await second.clearFaults();
      await second.reboot();
      const { stdout } = await project.alcaide(["status"]);
      assertMatch(stdout, /the servers are split/);
      const { code, stderr } = await deploy("six");
      assertEquals(code, 0, stderr);
      assertEquals(await answers(), ["six", "six", "six"]);
    });

    await part("a schedule ran on the server with its tag alone, and went with the releases", async () => {
      await until(
        "cron has run it",
        async () =>
          (await third.shell("grep -q 'ended with status 3' /var/log/alcaide/_schedules/shop.tick.log"))
            .code === 0,
      );
      const { stdout } = await project.alcaide(["logs", "--schedule", "tick"]);
      assertMatch(stdout, /alcaide: begins in \d-none\nit is \d\d\n.*alcaide: ended with status 3\n/);
      assertEquals((await first.shell("ls /var/log/alcaide")).stdout.includes("_schedules"), false);
      assertMatch(
        (await project.alcaide(["status", "--server", "jobs"])).stdout,
        /schedule tick .* with status 3/,
      );
      const live = async () =>
        (await third.shell("basename /usr/local/etc/alcaide/live/shop/[bg]*-*")).stdout.trim().replace(
          /^\w+-/,
          "",
        );
      assertEquals(await scheduled(), await live());
      await project.well(["rollback"]);
      assertEquals(await scheduled(), await live());
    });

    await part("run, logs and status take a server's name", async () => {
      const one = await project.alcaide(["run", "--server", third.address, "echo here"]);
      assertEquals(one.stdout, "here\n");
      const every = await project.alcaide(["run", "--server", "all", "echo here"]);
      assertEquals(every.stdout.trim().split("\n").sort(), hosts.map((h) => `${h.address}: here`).sort());
      const wrong = await project.alcaide(["logs", "--server", "nobody"]);
      assertEquals(wrong.code, 2);
      assertMatch(wrong.stderr, /Cannot find the server "nobody"/);
      const tagged = await project.alcaide(["run", "--server", "jobs", "echo here"]);
      assertEquals(tagged.stdout, "here\n");
    });

    await part("a canary of whole servers is promoted, and a deploy waits for its time", async () => {
      const [live = ""] = await answers();
      const canary = await deploy("seven", "--canary", "1/3");
      assertEquals(canary.code, 0, canary.stderr);
      assertEquals((await answers()).sort(), [live, live, "seven"].sort());
      const promoted = await project.alcaide(["promote"]);
      assertEquals(promoted.code, 0, promoted.stderr);
      assertEquals(await answers(), ["seven", "seven", "seven"]);
      const at = `${new Date(Date.now() + 20_000).toISOString().slice(0, 19)}Z`;
      const timed = await deploy("eight", "--at", at);
      assertEquals(timed.code, 0, timed.stderr);
      assertEquals(Date.now() >= Date.parse(at), true);
      assertEquals(await answers(), ["eight", "eight", "eight"]);
    });

    await part("nothing of a schedule is left of a destroyed app", async () => {
      await project.well(["destroy", "--yes", "shop"]);
      assertEquals((await crontab(third)).stdout.split("\n").length, 2);
      const left =
        "ls -d /usr/local/etc/alcaide/schedules /var/log/alcaide/_schedules /var/db/alcaide/apps/shop";
      assertEquals((await third.shell(left)).stdout, "");
    });
  },
});

function serverOf(host: TestHost): Record<string, unknown> {
  return { host: host.address, user: "root", port: host.port, key: host.key };
}

/** Waits until the deploy asks Caddy for the second time: it verifies. */
async function untilHung(host: TestHost): Promise<void> {
  await until("the deploy verifies", async () => {
    const asked = (await host.calls()).filter(([program, ...args]) =>
      program?.endsWith("nc") && args.includes("127.0.0.1") && args.includes("2020")
    );
    return asked.length >= 2;
  });
}
