// A canary: visitors for a new release while the old one is live.

import { assert, assertEquals, assertInstanceOf, assertMatch, assertStringIncludes } from "@std/assert";
import { StepError } from "../../lib/core/error.ts";
import { abort } from "../../tasks/abort.ts";
import { promote } from "../../tasks/promote.ts";
import { setup } from "../../tasks/setup.ts";
import { breaks } from "../fake/breaks.ts";
import { historyOf } from "../fake/history.ts";
import { liveRelease, wrongs } from "../fake/model.ts";
import { deployTo, perform } from "../lib/deploy/deploying.ts";
import { next, old, stateOf, statusOf, steps, twice } from "./preparing.ts";
import { before, canary, guard, half, siteOn, visited } from "./canarying.ts";

Deno.test("deploy --canary gives the new release a share, and the old one stays live", async () => {
  const server = half(twice);
  const done = await deployTo(server, canary);
  assertEquals([done.error, liveRelease(server.model, "shop"), wrongs(server.model, "shop")], [
    undefined,
    old,
    [],
  ]);
  assertEquals(steps(done).slice(-3), ["Check the app", "Leave it prepared", "Give it 10% of the visitors"]);
  assertMatch(
    done.ctx.ui.results[0] ?? "",
    /^3-1a2b3c4 has 10% of the visitors after .*\n {2}in shop_blue on \S+\n {2}next: "alcaide promote" gives it all visitors, "alcaide abort" takes it back$/,
  );
  assertEquals(visited(server), { slot: "blue", release: next, share: { percent: 10 } });
  const one = await statusOf(server);
  assertEquals([one.live, one.prepared, one.problems], [old, null, []]);
  assertEquals({ ...one.canary, since: "" }, {
    ...{ release: next, since: "", running: true, percent: 10, cookie: null, answers: 200, errors: 3 },
    live: { answers: 1800, errors: 0 },
  });
  assertMatch(
    one.text,
    /\n {2}canary: 3-1a2b3c4 has 10% of the visitors since 20\S+: 3 errors of 200 answers \(1\.5%\); 2-1a2b3c4: 0 errors of 1800 answers \(0\.0%\)\n/,
  );
});

Deno.test("promote 50 moves the share, promote makes it whole", async () => {
  const server = half();
  const more = await perform(promote, server, { args: ["50"] });
  assertEquals(more.error, undefined);
  assertMatch(more.ctx.ui.results[0] ?? "", /^3-1a2b3c4 has 50% of the visitors after /);
  assertEquals([visited(server)?.share, liveRelease(server.model, "shop")], [{ percent: 50 }, old]);
  const { error, ctx } = await perform(promote, server, {});
  assertEquals([error, liveRelease(server.model, "shop"), siteOn(server)], [undefined, next, before]);
  assertMatch(ctx.ui.results[0] ?? "", /^3-1a2b3c4 is live at /);
  assertEquals([stateOf(server), stateOf(server, old), wrongs(server.model, "shop")], [
    "live",
    "retired",
    [],
  ]);
  const one = await statusOf(server);
  assertEquals([one.canary, one.prepared, one.problems], [null, null, []]);
});

Deno.test("abort takes the canary back, and the site file is as before", async () => {
  const server = half();
  const { error, ctx } = await perform(abort, server, {});
  assertEquals([error, liveRelease(server.model, "shop"), siteOn(server)], [undefined, old, before]);
  assertEquals(ctx.ui.results, ["The live release answers all visitors of root@203.0.113.7 again"]);
  assertEquals([stateOf(server), server.model.jails.has("shop_blue")], ["failed", false]);
  assertEquals(historyOf(server.model).at(-1)?.release, next);
  const drained = server.ran.findIndex(({ names }) => names.includes("drainApp"));
  assert(drained >= 0 && server.ran[drained]?.names.includes("applySite"));
  const one = await statusOf(server);
  assertEquals([one.canary, one.problems, wrongs(server.model, "shop")], [null, [], []]);
});

Deno.test("setup mends the server beside a canary, and leaves it its visitors", async () => {
  const parts = ["the boot script", "the interface", "pf", "Caddy at boot", "Caddy", "the import line"];
  for (const part of parts) {
    const server = half();
    const [site, found] = [siteOn(server), visited(server)];
    breaks[part]?.(server.model);
    const { error, ctx } = await perform(setup, server, {});
    assertEquals(error, undefined, part);
    assertMatch(ctx.ui.results[0] ?? "", /: ready, \d changes? made/, part);
    assertEquals([siteOn(server), visited(server)], [site, found], part);
  }
});

Deno.test("a guarded canary that does well becomes live by itself", async () => {
  const server = half(twice);
  const done = await deployTo(server, { ...canary, config: guard });
  assertEquals([done.error, liveRelease(server.model, "shop"), wrongs(server.model, "shop")], [
    undefined,
    next,
    [],
  ]);
  const titles = steps(done);
  assert(titles.indexOf("Guard the canary") < titles.indexOf("Route requests to it"));
  assert(titles.includes("Guard the release"));
  assertEquals(visited(server), undefined);
  assertEquals((await statusOf(server)).problems, []);
});

for (const [ill, step] of [["canary", "Guard the canary"], ["guarded", "Guard the release"]] as const) {
  Deno.test(`a canary that its guard finds broken is gone by itself: ${step}`, async () => {
    const server = half(twice);
    server.illness = (release) => release.endsWith(` ${ill}`) ? "broken 200 12 0" : undefined;
    const { error } = await deployTo(server, { ...canary, config: guard });
    assertInstanceOf(error, StepError);
    assertEquals(error.title, step);
    assertStringIncludes(`${error.cause}`, "Cannot keep release 3-1a2b3c4");
    assertEquals([liveRelease(server.model, "shop"), wrongs(server.model, "shop"), stateOf(server)], [
      old,
      [],
      "failed",
    ]);
    assertEquals(visited(server), undefined);
    const one = await statusOf(server);
    assertEquals([one.canary, one.prepared, one.problems], [null, null, []]);
  });
}

Deno.test("a promotion that fails leaves the canary with its visitors", async () => {
  const good = half();
  await perform(promote, good, {});
  for (const name of ["checkApp", "switchLive", "verifySite"]) {
    const exec = good.ran.findIndex(({ names }) => names.includes(name)) + 1;
    const server = half();
    const { error, ctx } = await perform(promote, server, { fault: { exec, micro: 1, kind: "status" } });
    assertInstanceOf(error, StepError);
    assertStringIncludes(ctx.ui.text(), "The canary has its visitors as before");
    assertEquals(
      [visited(server)?.share, liveRelease(server.model, "shop")],
      [{ percent: 10 }, old],
      name,
    );
    assertEquals((await perform(promote, server, {})).error, undefined);
  }
});
