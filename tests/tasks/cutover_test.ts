// The traffic for a release that was prepared.

import { assert, assertEquals, assertInstanceOf, assertMatch, assertStringIncludes } from "@std/assert";
import { AlcaideError, StepError } from "../../lib/core/error.ts";
import { cutover } from "../../tasks/cutover.ts";
import { fakeContext } from "../fake/context.ts";
import { historyOf } from "../fake/history.ts";
import { copyModel, liveRelease, reboot, recordOf, stateOf as stateIn, wrongs } from "../fake/model.ts";
import { fakeServer, type Fault } from "../fake/server.ts";
import { cutOver, deployTo, mend, rollBack, user } from "../lib/deploy/deploying.ts";
import { next, old, ready, stateOf, statusOf, steps, twice, waiting } from "./preparing.ts";

/** A place in the scripts of a cutover that goes well, by what is done there. */
async function placeOf(name: string, config = {}): Promise<Pick<Fault, "exec" | "micro">> {
  const server = waiting();
  await cutOver(server, { config });
  return { exec: server.ran.findIndex(({ names }) => names.includes(name)) + 1, micro: 1 };
}

Deno.test("cutover() moves the traffic to the prepared release, and makes nothing", async () => {
  const server = waiting();
  const done = await cutOver(server);
  assertEquals([done.error, liveRelease(server.model, "shop"), wrongs(server.model, "shop")], [
    undefined,
    next,
    [],
  ]);
  assertEquals(steps(done), [
    ...["Start the prepared release", "Check the app", "Route requests to it", "Verify through Caddy"],
    ...["Let the old release finish its requests", "Retire the old release"],
  ]);
  assertEquals([stateOf(server), stateOf(server, old)], ["live", "retired"]);
  assertEquals([
    recordOf(server.model, "shop", next)?.prepared,
    recordOf(server.model, "shop", next)?.previous,
  ], [
    undefined,
    old,
  ]);
  const one = await statusOf(server);
  assertEquals([one.prepared, one.problems], [null, []]);
  const { error } = await rollBack(server);
  assertEquals([error, liveRelease(server.model, "shop")], [undefined, old]);
});

Deno.test("cutover() starts a release again that no boot has started", async () => {
  const server = waiting();
  reboot(server.model);
  const one = await statusOf(server);
  assertEquals([one.prepared?.running, one.problems], [false, []]);
  assertStringIncludes(one.text, 'its jail does not run, and "alcaide cutover" starts it again');
  assertStringIncludes((await mend(server)).ctx.ui.results[0] ?? "", "nothing is half done");
  const { error } = await cutOver(server);
  assertEquals([error, liveRelease(server.model, "shop"), wrongs(server.model, "shop")], [
    undefined,
    next,
    [],
  ]);
});

const guard = { guard: { for: 60, maxErrors: "1%" } };
for (
  const [name, config] of [["checkApp", {}], ["switchLive", {}], ["verifySite", {}], [
    "watchApp",
    guard,
  ]] as const
) {
  Deno.test(`a cutover that fails at ${name} leaves the release prepared, and can be run again`, async () => {
    const server = waiting();
    const fault = { ...await placeOf(name, config), kind: "status" } as const;
    const done = await cutOver(server, { fault, config });
    assertInstanceOf(done.error, StepError);
    assertEquals([liveRelease(server.model, "shop"), wrongs(server.model, "shop")], [old, []]);
    assertStringIncludes(done.ctx.ui.text(), "3-1a2b3c4 stays prepared");
    const one = await statusOf(server);
    assertEquals([one.prepared?.release, one.problems], [next, []]);
    await cutOver(server);
    assertEquals(liveRelease(server.model, "shop"), next);
  });
}

Deno.test("a cutover that is cut off anywhere is finished by repair, or by the next deploy", async () => {
  let cut = 0;
  const tried = new Set<string>();
  for (let exec = 2, micro = 0;; micro++) {
    const where = `cut off at step ${micro} of script ${exec}`;
    const server = waiting();
    await cutOver(server, { fault: { exec, micro, kind: "lost", then: "away" } });
    if (!server.struck) break;
    cut++;
    if (micro >= (server.ran[exec - 1]?.micros ?? 0)) [exec, micro] = [exec + 1, -1];
    // Many cuts leave the same behind.
    if (tried.size === tried.add(stateIn(server.model)).size) continue;
    for (const act of [mend, deployTo]) {
      const later = waiting(server.model);
      const { error } = await act(later);
      assertEquals([error, wrongs(later.model, "shop"), (await statusOf(later)).problems], [
        undefined,
        [],
        [],
      ], where);
    }
  }
  assert(cut > 10);
});

Deno.test("cutover --drop takes the prepared release back", async () => {
  const server = waiting();
  const { error, ctx } = await cutOver(server, { options: { drop: true } });
  assertEquals([error, liveRelease(server.model, "shop"), stateOf(server)], [undefined, old, "failed"]);
  assertEquals(ctx.ui.results, ["Nothing is prepared on root@203.0.113.7 any more"]);
  assertEquals(server.model.jails.has("shop_blue"), false);
  assertEquals(historyOf(server.model).at(-1)?.release, next);
  const one = await statusOf(server);
  assertEquals([one.prepared, one.problems], [null, []]);
});

Deno.test("cutover --plan and deploy --prepare --plan show their steps and change nothing", async () => {
  const server = waiting();
  const { ctx } = await cutOver(server, { options: { plan: true } });
  assertMatch(ctx.ui.results[0] ?? "", /^Release 3-1a2b3c4, which is prepared\n/);
  assertMatch(
    ctx.ui.results[0] ?? "",
    /\n {2}- Start the prepared release\n {2}- Check the app\n {2}- Route/,
  );
  const again = await deployTo(server, { options: { prepare: true, plan: true } });
  assertMatch(again.ctx.ui.results[0] ?? "", /\n {2}3-1a2b3c4, prepared since \S+, is taken back\n/);
  assertMatch(again.ctx.ui.results[0] ?? "", /- Check the app\n {2}- Leave it prepared$/);
  assertEquals((await statusOf(server)).prepared?.release, next);
});

Deno.test("cutover --stages goes from server to server", async () => {
  const servers = ["a", "b"].map((name) => fakeServer({ name, model: copyModel(ready) }));
  const ctx = fakeContext({
    config: { ...user, server: ["a", "b"] },
    servers,
    options: { stages: "1, all" },
  });
  await cutover(ctx);
  assertEquals(servers.map(({ model }) => liveRelease(model, "shop")), [next, next]);
  assertStringIncludes(ctx.ui.text(), "Now stage 2 of 2 (b)");
});

Deno.test("cutover --drop --plan shows its step and changes nothing", async () => {
  const server = waiting();
  const { ctx } = await cutOver(server, { options: { drop: true, plan: true } });
  assertMatch(
    ctx.ui.results[0] ?? "",
    /^root@203\.0\.113\.7:\n {2}- Take 3-1a2b3c4 back: it is prepared since /,
  );
  assertEquals([stateOf(server), server.unlocked], ["ready", []]);
});

Deno.test("cutover() refuses servers that have not the same prepared", async () => {
  const servers = [waiting(), fakeServer({ name: "b", model: copyModel(twice) })];
  const ctx = fakeContext({ config: { ...user, server: ["root@203.0.113.7", "b"] }, servers });
  const error = await cutover(ctx).catch((error) => error);
  assertInstanceOf(error, AlcaideError);
  assertEquals([error.message, error.details], [
    "Cannot cut over: not all servers have the same release prepared",
    ["root@203.0.113.7: 3-1a2b3c4", "b: nothing"],
  ]);
  assertStringIncludes(error.hint ?? "", '"alcaide cutover --drop"');
});

for (
  const [options, says, hint] of [
    [{}, "Cannot cut over: nothing is prepared", '"alcaide deploy --prepare"'],
    [{ drop: true }, "Cannot take anything back: nothing is prepared", ""],
    [{ drop: true, at: "02:00" }, "Cannot use --drop with --stages or --at", "Leave one out"],
  ] as const
) {
  Deno.test(`cutover() refuses ${JSON.stringify(options)} where nothing is prepared`, async () => {
    const { error } = await cutOver(fakeServer({ model: copyModel(twice) }), { options });
    assertInstanceOf(error, AlcaideError);
    assertEquals(error.message, says);
    assertStringIncludes(error.hint ?? "", hint);
  });
}
