// Canaries that are cut off, canaries after a reboot, and those of whole servers.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { withCanary } from "../../lib/commands/caddy/canary.ts";
import { siteFile } from "../../lib/commands/paths.ts";
import { abort } from "../../tasks/abort.ts";
import { deploy } from "../../tasks/deploy.ts";
import { promote } from "../../tasks/promote.ts";
import { fakeContext } from "../fake/context.ts";
import { copyModel, liveRelease, reboot, stateOf as stateIn, wrongs } from "../fake/model.ts";
import { fakeServer } from "../fake/server.ts";
import { deployTo, mend, perform, user } from "../lib/deploy/deploying.ts";
import { next, old, stateOf, statusOf, twice } from "./preparing.ts";
import { before, canary, half, siteOn, started, visited } from "./canarying.ts";

for (
  const [name, task, from, more] of [
    ["deploy --canary", deploy, twice, canary],
    ["promote", promote, started, {}],
    ["promote 50", promote, started, { args: ["50"] }],
    ["abort", abort, started, {}],
  ] as const
) {
  Deno.test(`${name} that is cut off anywhere leaves one release live, and repair finds the rest`, async () => {
    const tried = new Set<string>();
    let cut = 0;
    const good = half(from);
    await perform(task, good, more);
    // Until it is prepared it is as any such deploy.
    for (let exec = task === deploy ? good.ran.length - 2 : 2, micro = 0;; micro++) {
      const where = `cut off at step ${micro} of script ${exec}`;
      const server = half(from);
      await perform(task, server, { ...more, fault: { exec, micro, kind: "lost", then: "away" } });
      if (!server.struck) break;
      cut++;
      if (micro >= (server.ran[exec - 1]?.micros ?? 0)) [exec, micro] = [exec + 1, -1];
      assertEquals(wrongs(server.model, "shop"), [], where);
      if (task !== promote) assertEquals(liveRelease(server.model, "shop"), old, where);
      if (tried.size === tried.add(stateIn(server.model)).size) continue;
      await mend(server);
      const { problems, canary: left } = await statusOf(server);
      assertEquals(problems, [], where);
      const last = left ? await perform(abort, server, {}) : await deployTo(server);
      assertEquals([last.error, visited(server), wrongs(server.model, "shop")], [
        undefined,
        undefined,
        [],
      ], where);
    }
    assert(cut > 5);
  });
}

Deno.test("after a reboot the old release is live, repair says so, and promote starts the canary again", async () => {
  const server = half();
  reboot(server.model);
  const one = await statusOf(server);
  const says =
    "3-1a2b3c4 is a canary with 10% of the visitors, and its jail does not run: 2-1a2b3c4 answers them";
  assertEquals([one.live, one.canary?.running, one.problems], [old, false, [says]]);
  const { ctx } = await mend(server);
  assertStringIncludes(
    ctx.ui.results[0] ?? "",
    `left to you: ${says}. "alcaide promote" starts it again, "alcaide abort" takes it back`,
  );
  const { error } = await perform(promote, server, {});
  assertEquals([error, liveRelease(server.model, "shop"), wrongs(server.model, "shop")], [
    undefined,
    next,
    [],
  ]);
});

Deno.test("repair takes a canary out of Caddy whose release is gone", async () => {
  const server = half(twice);
  const text = withCanary(before ?? "", {
    ...{ app: "shop", slot: "blue", release: "9-ffff", share: { percent: 50 } },
    ...{ upstream: "10.66.0.2:4000", live: "10.66.0.3:4000" },
  });
  server.model.files.set(siteFile("shop"), text);
  server.model.loaded.set("shop", text);
  assertEquals((await statusOf(server)).problems, [
    "the site file of shop has the canary 9-ffff, which is not prepared any more",
  ]);
  await mend(server);
  assertEquals([siteOn(server), (await statusOf(server)).problems], [before, []]);
});

Deno.test("--canary 1/3 takes whole servers, promote the others", async () => {
  const servers = ["a", "b", "c"].map((name) => fakeServer({ name, model: copyModel(twice) }));
  const config = { ...user, server: ["a", "b", "c"] };
  const shares = () => servers.map((server) => visited(server)?.share);
  await deploy(fakeContext({ config, servers, options: { canary: "1/3" } }));
  assertEquals(shares(), [{ percent: 100 }, undefined, undefined]);
  await promote(fakeContext({ config, servers, args: ["2/3"] }));
  assertEquals(shares(), [{ percent: 100 }, { percent: 100 }, undefined]);
  await promote(fakeContext({ config, servers }));
  assertEquals(servers.map(({ model }) => liveRelease(model, "shop")), [next, next, next]);
  assertEquals(shares(), [undefined, undefined, undefined]);
});

Deno.test("abort takes whole servers back", async () => {
  const servers = ["a", "b"].map((name) => fakeServer({ name, model: copyModel(twice) }));
  const config = { ...user, server: ["a", "b"] };
  await deploy(fakeContext({ config, servers, options: { canary: "1/2" } }));
  await abort(fakeContext({ config, servers }));
  assertEquals(servers.map((server) => [stateOf(server), siteOn(server)]), [["failed", before], [
    "failed",
    before,
  ]]);
});
