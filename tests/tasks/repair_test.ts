import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { repair } from "../../tasks/repair.ts";
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
