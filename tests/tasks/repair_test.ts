import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { AlcaideError } from "../../lib/core/error.ts";
import type { ServerStatus } from "../../lib/running/status.ts";
import { repair } from "../../tasks/repair.ts";
import { status } from "../../tasks/status.ts";
import { breaks } from "../fake/breaks.ts";
import { type FakeContext, fakeContext } from "../fake/context.ts";
import { copyModel, liveRelease, reload, wrongs } from "../fake/model.ts";
import { type FakeServer, fakeServer } from "../fake/server.ts";
import { deployTo, rollBack, serverAfter, user } from "../lib/deploy/deploying.ts";

const once = await serverAfter(1);
const twice = await serverAfter(2);

async function repaired(
  servers: readonly FakeServer[],
  options: Record<string, unknown> = {},
): Promise<{ ctx: FakeContext; status: number | void }> {
  const ctx = fakeContext({
    config: { ...user, server: servers.map((_, index) => `root@203.0.113.${7 + index}`) },
    servers,
    options,
  });
  for (const server of servers) server.plan(undefined, ctx.interrupt);
  return { ctx, status: await repair(ctx) };
}

for (const [what, act, before] of [["deploy", deployTo, once], ["rollback", rollBack, twice]] as const) {
  Deno.test(`repair() clears up after a ${what} that was lost, wherever that was`, async () => {
    let cut = 0;
    for (let exec = 2, micro = 0;; micro++) {
      const where = `cut off at step ${micro} of script ${exec}`;
      const server = fakeServer({ model: copyModel(before) });
      await act(server, { fault: { exec, micro, kind: "lost", then: "away" } });
      if (!server.struck) break;
      cut++;
      const last = micro >= (server.ran[exec - 1]?.micros ?? 0);
      await repaired([server]);
      assertEquals(wrongs(server.model, "shop"), [], where);
      assert(liveRelease(server.model, "shop") !== undefined, where);
      const again = await repaired([server], { plan: true });
      assertEquals(again.ctx.ui.results, ["root@203.0.113.7: nothing is half done"], where);
      if (last) [exec, micro] = [exec + 1, -1];
    }
    assert(cut > 15, `only ${cut} places`);
  });
}

Deno.test("rollback() to what it made live before it was cut off finishes the rest", async () => {
  const whole = fakeServer({ model: copyModel(twice) });
  await rollBack(whole, { args: ["1"] });
  const cut = fakeServer({ model: copyModel(twice) });
  await rollBack(cut, {
    args: ["1"],
    fault: { exec: whole.ran.length, micro: 0, kind: "lost", then: "away" },
  });
  const { ctx, error } = await rollBack(cut, { args: ["1"] });
  assertEquals(error, undefined);
  assertMatch(ctx.ui.results.join(), /^1-\S+ is live already; \d repairs made/);
  assertEquals([...cut.model.jails.keys()], ["shop_blue"]);
  const again = await rollBack(cut, { args: ["1"] });
  assertMatch(String(again.error), /Cannot roll back to 1-\S+: it is live$/);
});

Deno.test("repair() --plan says what is half done and changes nothing", async () => {
  const server = fakeServer({ model: copyModel(once) });
  await deployTo(server, { fault: { exec: 7, micro: 1, kind: "lost", then: "away" } });
  const model = copyModel(server.model);
  const { ctx, status } = await repaired([server], { plan: true });
  assertEquals([server.model, status], [model, 0]);
  assertStringIncludes(ctx.ui.results[0] ?? "", "to make\n  - ");
});

Deno.test("repair() says that servers are split, with its own status", async () => {
  const servers = [
    fakeServer({ model: copyModel(once) }),
    fakeServer({ model: copyModel(twice), name: "root@203.0.113.8" }),
  ];
  for (const server of servers) reload(server.model);
  const { ctx, status } = await repaired(servers);
  assertEquals(status, 3);
  assertStringIncludes(
    ctx.ui.results[0] ?? "",
    "The servers are split: root@203.0.113.7 serves 1-1a2b3c4 and root@203.0.113.8 serves 2-1a2b3c4",
  );
});

Deno.test("repair() ends with 1 when the live release itself is left to a person", async () => {
  const server = fakeServer({ model: copyModel(twice) });
  reload(server.model);
  const jail = "shop_green";
  server.model.trees.delete(`/jails/${jail}`);
  const { ctx, status } = await repaired([server]);
  assertEquals(status, 1);
  assertStringIncludes(
    ctx.ui.results[0] ?? "",
    `left to you: /jails/${jail} is not there. Is its disk mounted, its pool imported? "alcaide deploy" makes`,
  );
});

/** The problems that status shows. */
async function problems(server: FakeServer): Promise<readonly string[]> {
  const ctx = fakeContext({ config: user, servers: [server] });
  await status(ctx);
  const value = ctx.ui.events.flatMap((event) => event.type === "result" ? [event.value] : [])[0];
  return (value as ServerStatus[])[0]?.problems ?? [];
}

for (const [name, spoil] of Object.entries(breaks)) {
  Deno.test(`repair() mends what status names: ${name}`, async () => {
    const server = fakeServer({ model: copyModel(twice) });
    reload(server.model);
    assertEquals(await problems(server), []);
    spoil(server.model);
    const found = await problems(server);
    assert(found.length > 0);
    const { ctx } = await repaired([server]);
    // Some end with the repair of another, and have no row of their own.
    const told = found.filter((says) => ctx.ui.results[0]?.includes(says));
    assert(told.length > 0, `${found}`);
    assertEquals([await problems(server), wrongs(server.model, "shop")], [[], []]);
    assertEquals(liveRelease(server.model, "shop"), "2-1a2b3c4");
  });
}

Deno.test("repair() that is cut off is finished by another run, wherever that was", async () => {
  const broken = copyModel(twice);
  const spared = ["the record of a release", "the live jail's mounts", "the text of the site file"];
  for (const [name, spoil] of Object.entries(breaks)) if (!spared.includes(name)) spoil(broken);
  let cut = 0;
  for (let exec = 3, micro = 0;; micro++) {
    const server = fakeServer({ model: copyModel(broken) });
    const ctx = fakeContext({ config: user, servers: [server] });
    server.plan({ exec, micro, kind: "lost", then: "away" }, ctx.interrupt);
    const failed = await Promise.resolve(repair(ctx)).then(() => false, () => true);
    if (!server.struck) break;
    cut++;
    const last = micro >= (server.ran[exec - 1]?.micros ?? 0);
    assert(failed, `script ${exec}, step ${micro} said nothing`);
    server.model.locks.clear();
    await repaired([server]);
    const where = `cut off at step ${micro} of script ${exec}`;
    assertEquals([await problems(server), wrongs(server.model, "shop")], [[], []], where);
    if (last) [exec, micro] = [exec + 1, -1];
  }
  assert(cut > 15, `only ${cut} places`);
});

Deno.test("repair() fails when something has to be repaired still", async () => {
  const server = fakeServer({ model: copyModel(twice) });
  reload(server.model);
  server.model.setup.caddyRuns = server.model.setup.caddyInstalled = false;
  const error = await assertRejects(() => repaired([server]), AlcaideError);
  assertEquals(error.message, "Cannot repair all of root@203.0.113.7: Caddy does not run");
});
