// A release that is prepared, and waits for its cutover.

import { assert, assertEquals, assertInstanceOf, assertMatch, assertStringIncludes } from "@std/assert";
import { UsageError } from "../../lib/core/error.ts";
import { deploy } from "../../tasks/deploy.ts";
import { releases } from "../../tasks/releases.ts";
import { fakeContext } from "../fake/context.ts";
import { copyModel, liveRelease, stateOf as stateIn, wrongs } from "../fake/model.ts";
import { fakeServer } from "../fake/server.ts";
import { cutOver, deployTo, mend, rollBack, user } from "../lib/deploy/deploying.ts";
import { next, old, prepare, ready, stateOf, statusOf, steps, twice, waiting } from "./preparing.ts";

Deno.test("deploy --prepare does everything up to the check, and leaves the release there", async () => {
  const server = fakeServer({ model: copyModel(twice) });
  const done = await deployTo(server, prepare);
  assertEquals([done.error, liveRelease(server.model, "shop"), wrongs(server.model, "shop")], [
    undefined,
    old,
    [],
  ]);
  assertEquals(steps(done).slice(-3), ["Start the app", "Check the app", "Leave it prepared"]);
  assertMatch(
    done.ctx.ui.results[0] ?? "",
    /^3-1a2b3c4 is prepared after \S+ s\n {2}in shop_blue on \S+\n {2}next: "alcaide cutover" moves the traffic to it$/,
  );
  const one = await statusOf(server);
  assertEquals([one.live, one.prepared?.release, one.prepared?.running, one.problems], [old, next, true, []]);
  assertMatch(one.text, /\n {2}prepared: 3-1a2b3c4 since 20\S+; "alcaide cutover" moves the traffic to it\n/);
});

Deno.test("a first release can be prepared, too", async () => {
  const server = fakeServer();
  await deployTo(server, prepare);
  const one = await statusOf(server);
  assertEquals([one.live, one.prepared?.release, one.problems], [null, "1-1a2b3c4", []]);
  assertMatch(one.text, /nothing of shop is live\n {2}prepared: 1-1a2b3c4/);
  const { error } = await cutOver(server);
  assertEquals([error, liveRelease(server.model, "shop"), wrongs(server.model, "shop")], [
    undefined,
    "1-1a2b3c4",
    [],
  ]);
});

Deno.test("releases names a prepared one", async () => {
  const ctx = fakeContext({ config: user, servers: [waiting()] });
  await releases(ctx);
  assertMatch(ctx.ui.results[0] ?? "", /3-1a2b3c4 +prepared /);
});

Deno.test("repair leaves a prepared release alone", async () => {
  const server = waiting();
  const { ctx } = await mend(server);
  assertStringIncludes(ctx.ui.results[0] ?? "", "nothing is half done");
  assertEquals((await statusOf(server)).prepared?.release, next);
});

Deno.test("a deploy --prepare that is cut off anywhere leaves the live release, and the next deploy goes on", async () => {
  let cut = 0;
  const tried = new Set<string>();
  for (let exec = 2, micro = 0;; micro++) {
    const where = `cut off at step ${micro} of script ${exec}`;
    const server = waiting();
    await deployTo(server, { ...prepare, fault: { exec, micro, kind: "lost", then: "away" } });
    if (!server.struck) break;
    cut++;
    if (micro >= (server.ran[exec - 1]?.micros ?? 0)) [exec, micro] = [exec + 1, -1];
    assertEquals([liveRelease(server.model, "shop"), wrongs(server.model, "shop")], [old, []], where);
    if (tried.size === tried.add(stateIn(server.model)).size) continue;
    await mend(server);
    assertEquals((await statusOf(server)).problems, [], where);
  }
  assert(cut > 10);
});

for (
  const [name, act, live] of [["deploy", deployTo, "4-1a2b3c4"], ["rollback", rollBack, "1-1a2b3c4"]] as const
) {
  Deno.test(`a ${name} takes the prepared release back, and says so`, async () => {
    const server = waiting();
    const { error, ctx } = await act(server);
    assertEquals([error, liveRelease(server.model, "shop"), stateOf(server)], [undefined, live, "failed"]);
    assertMatch(ctx.ui.text(), /: 3-1a2b3c4, prepared since 20\S+, is taken back"/);
    const one = await statusOf(server);
    assertEquals([one.prepared, one.problems, wrongs(server.model, "shop")], [null, [], []]);
  });
}

Deno.test("a deploy whose release is ill has taken the prepared one back, and status has no problem with that", async () => {
  const server = waiting();
  const healthy = fakeServer({ model: copyModel(ready) });
  await deployTo(healthy);
  const exec = healthy.ran.findIndex(({ names }) => names.includes("checkApp")) + 1;
  await deployTo(server, { fault: { exec, micro: 4, kind: "status" } });
  assertEquals([liveRelease(server.model, "shop"), stateOf(server)], [old, "failed"]);
  assertEquals((await statusOf(server)).problems, []);
});

Deno.test("deploy --prepare refuses what belongs to the cutover", async () => {
  const server = fakeServer();
  const ctx = fakeContext({ config: user, servers: [server], options: { prepare: true, at: "02:00" } });
  const error = await deploy(ctx).catch((error) => error);
  assertInstanceOf(error, UsageError);
  assertEquals([error.message, server.ran], ["Cannot use --prepare with --stages, --pause or --at", []]);
});
