// Work that a canary doesn't go with.

import { assert, assertEquals, assertInstanceOf, assertMatch } from "@std/assert";
import { withoutCanary } from "../../lib/commands/caddy/canary.ts";
import type { UserConfig } from "../../lib/config/field/types.ts";
import { siteFile } from "../../lib/commands/paths.ts";
import { AlcaideError } from "../../lib/core/error.ts";
import { abort } from "../../tasks/abort.ts";
import { promote } from "../../tasks/promote.ts";
import { scale } from "../../tasks/scale.ts";
import { copyModel, liveRelease, stateOf as stateIn } from "../fake/model.ts";
import { fakeContext } from "../fake/context.ts";
import { type FakeServer, fakeServer } from "../fake/server.ts";
import { cutOver, deployTo, perform, rollBack, user } from "../lib/deploy/deploying.ts";
import { old, twice } from "./preparing.ts";
import { before, canary, guard, half, siteOn, visited } from "./canarying.ts";

for (
  const [name, act, says] of [
    ["deploy", deployTo, "Cannot deploy"],
    ["rollback", rollBack, "Cannot roll back"],
    ["cutover", cutOver, "Cannot cut over"],
    [
      "cutover --drop",
      (server: FakeServer) => cutOver(server, { options: { drop: true } }),
      "Cannot take it back",
    ],
    ["scale", (server: FakeServer) => perform(scale, server, { args: ["worker=2"] }), "Cannot scale"],
  ] as const
) {
  Deno.test(`a ${name} is refused while there is a canary`, async () => {
    const server = half();
    const earlier = stateIn(server.model);
    const { error } = await act(server);
    assertInstanceOf(error, AlcaideError);
    assertEquals(
      error.message,
      `${says}: 3-1a2b3c4 is a canary on root@203.0.113.7, with 10% of the visitors`,
    );
    assertEquals(
      error.hint,
      'End the canary first: "alcaide promote" gives it all visitors, "alcaide abort" takes it back',
    );
    assertEquals(stateIn(server.model).replace(/fence[^[]*/g, ""), earlier.replace(/fence[^[]*/g, ""));
  });
}

for (
  const [name, config, options, says, model] of [
    [
      "a first deploy",
      {},
      { canary: "10" },
      "Cannot start a canary: nothing is live on root@203.0.113.7 that could keep the other visitors",
      undefined,
    ],
    [
      "workers alone",
      { start: undefined, processes: { worker: "bin/w" } },
      { canary: "10" },
      "Cannot start a canary: no process of the release gets requests",
      twice,
    ],
    [
      "the only server",
      {},
      { canary: "1/2" },
      "Cannot start a canary: 1/2 of the servers are all of them",
      twice,
    ],
    ["--prepare beside it", {}, { canary: "10", prepare: true }, "Cannot use --canary with --prepare", twice],
    [
      "stages beside it",
      {},
      { canary: "10", stages: "1, all" },
      "Cannot use --canary with --stages, --pause or --at",
      twice,
    ],
    [
      "a share that is none",
      {},
      { canary: "all" },
      'Cannot use --canary "all": it is not a percentage, a cookie or a part of the servers',
      twice,
    ],
  ] as const
) {
  Deno.test(`deploy --canary refuses ${name}`, async () => {
    const server = fakeServer(model ? { model: copyModel(model) } : {});
    const { error } = await deployTo(server, { config: config as Partial<UserConfig>, options });
    assertInstanceOf(error, AlcaideError);
    assertEquals([error.message, server.unlocked], [says, []]);
    assertEquals(liveRelease(server.model, "shop"), model && old);
  });
}

for (
  const [field, line, says] of [
    [
      "paths",
      "# shared: http://a.test\n",
      "Caddy can't tell apart whose answers it logs for a domain with paths",
    ],
    [
      "basicAuth",
      "\t\tbasic_auth @alcaide_shop_asked bcrypt shop {\n",
      "Caddy logs the user of proxy.basicAuth where it would log the release",
    ],
  ] as const
) {
  Deno.test(`deploy --canary refuses a site with ${field}`, async () => {
    const server = half(twice);
    server.model.files.set(siteFile("shop"), `${line}${before}`);
    const { error } = await deployTo(server, canary);
    assertInstanceOf(error, AlcaideError);
    assertEquals(error.message, `Cannot start a canary: ${says}`);
  });
}

for (
  const [name, task, hint] of [
    [
      "promote",
      promote,
      '"alcaide deploy --canary 10" makes one; "alcaide cutover" goes to a release that is only prepared',
    ],
    ["abort", abort, '"alcaide cutover --drop" takes back a release that is only prepared'],
  ] as const
) {
  Deno.test(`${name} refuses where there is no canary`, async () => {
    const { error } = await perform(task, half(twice), {});
    assertInstanceOf(error, AlcaideError);
    assertEquals([error.message, error.hint], [`Cannot ${name}: there is no canary`, hint]);
  });
}

Deno.test("deploy --canary --plan shows its steps and changes nothing", async () => {
  const server = half(twice);
  const { ctx } = await deployTo(server, { options: { canary: "cookie=beta", plan: true }, config: guard });
  assertMatch(
    ctx.ui.results[0] ?? "",
    /- Leave it prepared\n {2}- Give it the visitors with the cookie beta\n {2}- Guard the canary$/,
  );
  assertEquals(withoutCanary(siteOn(server)), before);
});

for (
  const [name, task, args, says] of [
    ["promote 50", promote, ["50"], /- Give it 50% of the visitors$/],
    ["promote", promote, [], /it serves until .*\n[^]*- Route requests to it\n/],
    ["abort", abort, [], /^root@203\.0\.113\.7:\n {2}- Take 3-1a2b3c4 back: it is prepared since \S+$/],
  ] as const
) {
  Deno.test(`${name} --plan shows its steps and changes nothing`, async () => {
    const server = half();
    const { ctx } = await perform(task, server, { args, options: { plan: true } });
    assertMatch(ctx.ui.results[0] ?? "", says);
    assertEquals([visited(server)?.share, liveRelease(server.model, "shop"), server.unlocked], [
      { percent: 10 },
      old,
      [],
    ]);
  });
}

Deno.test("abort --plan --verbose prints the scripts without the token", async () => {
  const server = half();
  const token = /X-Alcaide-Probe ([\w-]+)/.exec(siteOn(server))?.[1] ?? "none";
  const ctx = fakeContext({ config: user, servers: [server], options: { plan: true }, verbose: true });
  await abort(ctx);
  assertMatch(ctx.ui.results[0] ?? "", /X-Alcaide-Probe \[secret\]/);
  assert(!ctx.ui.results[0]?.includes(token));
});
