import { assertEquals, assertStringIncludes } from "@std/assert";
import { type AlcaideError, UsageError } from "../../lib/core/error.ts";
import { restart } from "../../tasks/restart.ts";
import { rollback } from "../../tasks/rollback.ts";
import { scale } from "../../tasks/scale.ts";
import { status } from "../../tasks/status.ts";
import { deploy } from "../../tasks/deploy.ts";
import { logs } from "../../tasks/logs.ts";
import { copyModel } from "../fake/model.ts";
import { type FakeServer, fakeServer } from "../fake/server.ts";
import { deployTo, perform } from "../lib/deploy/deploying.ts";

const worker = { start: "bin/work", instances: 2, alone: true, stopTimeout: 300 };
const config = {
  start: "bin/serve",
  processes: { worker, mailer: { start: "bin/mail", startBefore: true } },
};
const first = fakeServer();
const deployed = await deployTo(first, { config });
assertEquals(deployed.error, undefined);

/** A server on which that release is live. */
function live(illness?: string): FakeServer {
  const server = fakeServer({ model: copyModel(first.model) });
  if (illness !== undefined) server.illness = (what) => what === illness ? "ill" : undefined;
  return server;
}

/** The scripts of ours that ran, as one text. */
const scripts = ({ ran }: FakeServer) => ran.map(({ script }) => script).join("\n");
const names = ({ ran }: FakeServer) => ran.flatMap(({ names }) => names);

Deno.test("deploy() starts those before the switch with the web process, the others once the old ones have ended", async () => {
  const server = live();
  const { error } = await deployTo(server, { config });
  assertEquals(error, undefined);
  const wanted = [
    "startApp",
    "startServices",
    "watchServices",
    "switchLive",
    "stopProcesses",
    "startServices",
    "watchServices",
  ];
  const told = names(server).filter((name) => wanted.includes(name));
  assertEquals(told, [...wanted, "stopProcesses"]);
  const [halt] = server.ran.filter(({ names }) => names.includes("stopProcesses"));
  assertStringIncludes(halt?.script ?? "", "'alcaide_worker_*'");
  assertEquals(halt?.script.includes("alcaide_mailer"), false);
});

Deno.test("rollback() starts what its release declared", async () => {
  const server = live();
  const second = await deployTo(server, { config: { start: "bin/serve" } });
  assertEquals(second.error, undefined);
  const { error } = await perform(rollback, server, { config: { start: "bin/serve" } });
  assertEquals(error, undefined);
  assertStringIncludes(scripts(server), "for service in alcaide_worker_1 alcaide_worker_2; do");
});

Deno.test("deploy() is taken back when a process does not stay up that starts before the switch", async () => {
  const server = live("worker");
  const { error } = await deployTo(server, { config });
  assertStringIncludes(
    `${(error as Error).cause}`,
    "mailer 1 does not stay up: it ended within seconds of its start",
  );
  assertEquals(names(server).includes("switchLive"), false);
});

Deno.test("deploy() fails at its end when a process does not stay up after the switch, and the release is live", async () => {
  const server = live("worker");
  const { error, ctx } = await deployTo(server, { config: { start: "bin/serve", processes: { worker } } });
  assertStringIncludes(`${error}`, "2-1a2b3c4 is live, and not all of its processes stay up: ");
  assertStringIncludes(ctx.ui.text(), "last words");
});

Deno.test("deploy --plan shows the processes", async () => {
  const { ctx } = await perform(deploy, live(), { config, options: { plan: true } });
  const text = ctx.ui.text() + ctx.ui.results.join();
  assertStringIncludes(
    text,
    "process 2 of worker: bin/work; starts after the switch, alone, gets 300 s to end",
  );
  assertStringIncludes(text, "process mailer: bin/mail; starts before the switch, gets 30 s to end");
  assertStringIncludes(text, "processes of the old release that end then: 2 of worker and mailer");
});

Deno.test("status() shows each instance", async () => {
  const { ctx } = await perform(status, live(), { config });
  const text = ctx.ui.results.join();
  assertStringIncludes(text, "  processes:\n    web: pid 100, for ");
  assertStringIncludes(text, "\n    worker 2: pid 102, for ");
  assertStringIncludes(text, "\n    mailer: pid 103, for ");
});

Deno.test("restart() ends and starts the services of a process, and says when requests are interrupted", async () => {
  const server = live();
  const { ctx, error } = await perform(restart, server, { config, args: ["worker"] });
  assertEquals(error, undefined);
  assertStringIncludes(scripts(server), "for service in alcaide_worker_1 alcaide_worker_2; do");
  assertEquals([names(server).includes("checkApp"), ctx.ui.text().includes("interrupted")], [false, false]);
  const all = await perform(restart, live(), { config });
  assertEquals(all.error, undefined);
  assertStringIncludes(
    all.ctx.ui.text(),
    "web restarts in its place: requests that it answers are interrupted",
  );
});

Deno.test("restart --plan names the processes of each server and changes nothing", async () => {
  for (const [args, says] of [[[], "worker, mailer and web"], [["worker"], "worker"]] as const) {
    const server = live();
    const { ctx } = await perform(restart, server, { config, args, options: { plan: true } });
    assertEquals(ctx.ui.results, [`root@203.0.113.7:\n  - Restart ${says}`]);
    assertEquals(names(server).includes("stopServices"), false);
  }
});

Deno.test("scale() writes, enables and starts the services, and ends those beyond", async () => {
  const more = live();
  const { ctx, error } = await perform(scale, more, { config, args: ["worker=3"] });
  assertEquals(error, undefined);
  assertStringIncludes(
    scripts(more),
    "for service in alcaide_worker_1 alcaide_worker_2 alcaide_worker_3; do",
  );
  assertStringIncludes(ctx.ui.results.join(), "worker runs 3 times until the next deploy");
  const fewer = live();
  await perform(scale, fewer, { config, args: ["worker=0"] });
  assertEquals(names(fewer).filter((name) => name === "stopServices" || name === "startServices"), [
    "stopServices",
  ]);
});

for (
  const [task, args, says, hint] of [
    [
      restart,
      ["job"],
      'Cannot restart "job": the live release has no such process',
      "It has worker, mailer and web",
    ],
    [
      scale,
      ["job=1"],
      'Cannot scale "job": the live release has no such process',
      "It has worker, mailer and web",
    ],
    [scale, [], "Nothing to scale: name a process", "For example: alcaide scale worker=3"],
    [scale, ["worker"], 'Cannot understand "worker"', "Write NAME=NUMBER: alcaide scale worker=3"],
    [scale, ["web=2"], "Cannot scale web: it runs once", "Let its server use several processors by itself"],
    [scale, ["worker=33"], "Cannot run 33 of worker", "Give a number from 0 to 32"],
  ] as const
) {
  Deno.test(`${says}: ${hint}`, async () => {
    const { error } = await perform(task, live(), { config, args });
    const { message, hint: told } = error as UsageError;
    assertEquals([message, told, error instanceof UsageError], [says, hint, true]);
  });
}

Deno.test("restart() refuses where nothing is live", async () => {
  const { error } = await perform(restart, fakeServer(), { config });
  const { message, hint } = error as AlcaideError;
  assertEquals([message, hint], ["Cannot restart: nothing is live", 'Run "alcaide deploy" first']);
});

for (
  const [process, says, hint] of [
    [
      "job",
      'Cannot show the log of "job": there is no such process',
      "The configuration has web, worker and mailer",
    ],
    [
      "worker.0",
      'Cannot show the log of "worker.0": there is no such instance',
      "Instances are called worker.1, worker.2",
    ],
    ["web.1", 'Cannot show the log of "web.1": there is no such instance', "web runs once"],
  ] as const
) {
  Deno.test(`logs --process: ${says}`, async () => {
    const { error } = await perform(logs, live(), { config, options: { process } });
    const { message, hint: told } = error as UsageError;
    assertEquals([message, told], [says, hint]);
  });
}
