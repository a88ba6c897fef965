// A deploy whose switch waits for its time.

import { assertEquals, assertInstanceOf, assertMatch, assertThrows } from "@std/assert";
import { StepError, UsageError } from "../../../lib/core/error.ts";
import { deploySteps } from "../../../lib/deploy/steps/mod.ts";
import { countdown, parseAt, timeText, waitStep } from "../../../lib/deploy/wait.ts";
import { planDeploy } from "../../../lib/deploy/plan/deploy.ts";
import { stepsOf } from "../../../lib/deploy/switching.ts";
import { fakeContext } from "../../fake/context.ts";
import { config, deployed, silentServer } from "../../fake/facts.ts";
import { copyModel, routedJail, wrongs } from "../../fake/model.ts";
import { planInputs } from "../../fake/plan.ts";
import { fakeServer } from "../../fake/server.ts";
import { deploy, deployWith } from "../../../tasks/deploy.ts";
import { serverAfter, user } from "./deploying.ts";

const once = await serverAfter(1);
const now = new Date(2026, 10, 29, 22, 30);

const read: Readonly<Record<string, Date>> = {
  "22:31": new Date(2026, 10, 29, 22, 31),
  "22:30": new Date(2026, 10, 30, 22, 30),
  "2:00": new Date(2026, 10, 30, 2, 0),
  "2026-12-01T02:00": new Date(2026, 11, 1, 2, 0),
  "2026-12-01 02:00": new Date(2026, 11, 1, 2, 0),
  "2026-12-01T02:00:30Z": new Date(Date.UTC(2026, 11, 1, 2, 0, 30)),
  "2026-12-01T02:00+03:00": new Date(Date.UTC(2026, 10, 30, 23, 0)),
};
for (const [text, at] of Object.entries(read)) {
  Deno.test(`parseAt() reads "${text}"`, () => assertEquals(parseAt(text, now), at));
}

const bad: Readonly<Record<string, string>> = {
  "": "it is not a time",
  "24:00": "it is not a time",
  "2:60": "it is not a time",
  "tomorrow": "it is not a time",
  "2026-02-30T02:00": "it is not a time",
  "2026-12-01": "it is not a time",
  "2026-12-01T25:00": "it is not a time",
  "2026-11-29T22:30": "it is over",
  "2026-12-07T02:00": "it is more than 7 days away",
};
for (const [text, problem] of Object.entries(bad)) {
  Deno.test(`parseAt() refuses "${text}"`, () => {
    const error = assertThrows(() => parseAt(text, now), UsageError, `Cannot use --at "${text}": ${problem}`);
    assertMatch(error.hint ?? "", /--at 02:00/);
  });
}

Deno.test("countdown() counts seconds, minutes and hours", () => {
  assertEquals([1, 59_001, 3_723_000, 100 * 3_600_000].map(countdown), [
    "0:00:01",
    "0:01:00",
    "1:02:03",
    "100:00:00",
  ]);
});

Deno.test("timeText() names the zone and how far it is from UTC", () => {
  assertMatch(timeText(now, "Here"), /^2026-11-29 22:30 \(Here, UTC[+-]\d\d:\d\d\)$/);
});

Deno.test("a wait whose time has come is over at once", async () => {
  await waitStep(new Date(0)).run(fakeContext(), undefined as never);
});

Deno.test("stepsOf() puts the wait before the switch, and checks again after it", () => {
  const server = silentServer();
  const plan = planDeploy(config(), new Map([[server, deployed("6-a", "blue")]]), planInputs);
  const names = Object.keys(stepsOf(deploySteps, { ...plan, switching: { at: now } }));
  const check = names.indexOf("check");
  assertEquals(names.slice(check, check + 4), ["check", "wait", "again", "route"]);
  assertEquals(stepsOf(deploySteps, plan), deploySteps);
});

Deno.test("deploy --at prepares and checks, says when it goes on, and is taken back by Ctrl-C", async () => {
  const server = fakeServer({ model: copyModel(once) });
  const ctx = fakeContext({ config: user, servers: [server], options: { at: "00:00" } });
  const info = (text: string) => {
    ctx.ui.info(text);
    if (text.startsWith("The traffic moves in ")) queueMicrotask(ctx.interrupt);
  };
  const error = await deploy({ ...ctx, ui: { ...ctx.ui, info } }).catch((error) => error);
  assertInstanceOf(error, StepError);
  assertMatch(error.message, /^Cannot wait until \d{4}-\d\d-\d\d 00:00 \(/);
  assertMatch(String(error.cause), /Interrupted/);
  assertEquals([routedJail(server.model, "shop")?.release, wrongs(server.model, "shop")], ["1-1a2b3c4", []]);
  assertEquals(server.ran.some(({ names }) => names.includes("checkApp")), true);
});

Deno.test("deploy --at switches when the time has come, after another check", async () => {
  const server = fakeServer({ model: copyModel(once) });
  const ctx = fakeContext({ config: user, servers: [server], options: { at: "00:00" } });
  // The clock goes on by a day while it is checked.
  const real = Date.now;
  const task = deployWith({
    ...deploySteps,
    start: {
      ...deploySteps.start,
      run: async (ctx, plan) => {
        await deploySteps.start.run(ctx, plan);
        Date.now = () => real() + 86_400_000;
      },
    },
  });
  try {
    await task(ctx);
  } finally {
    Date.now = real;
  }
  assertEquals([routedJail(server.model, "shop")?.release, wrongs(server.model, "shop")], ["2-1a2b3c4", []]);
  assertEquals(server.ran.filter(({ names }) => names.includes("checkApp")).length, 2);
});

Deno.test("deploy --at --plan shows the wait, and programs get the moment", async () => {
  const ctx = fakeContext({
    config: user,
    servers: [fakeServer({ model: copyModel(once) })],
    options: { at: "00:00", plan: true },
  });
  await deploy(ctx);
  assertMatch(ctx.ui.results[0] ?? "", /- Check the app\n {2}- Wait until .*00:00.*\n {2}- Check the app\n/);
  assertMatch(ctx.ui.text(), /"at":"\d{4}-\d\d-\d\dT/);
});

Deno.test("deploy() refuses a time that is none before it does anything", async () => {
  const server = fakeServer();
  const error = await deploy(fakeContext({ servers: [server], options: { at: "soon" } })).catch((error) =>
    error
  );
  assertInstanceOf(error, UsageError);
  assertEquals(server.ran, []);
});
