import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Facts } from "../../lib/server/facts.ts";
import { status } from "../../tasks/status.ts";
import { fakeContext } from "../fake/context.ts";
import { config, deployed, facts, release, whole } from "../fake/facts.ts";
import { copyModel } from "../fake/model.ts";
import { fakeServer } from "../fake/server.ts";
import { bare } from "../fake/setup_model.ts";
import { serverAfter } from "../lib/deploy/deploying.ts";
import { type ServerStatus, statusOf, statusText } from "../../lib/running/status.ts";

function of(known: Facts, health = "200"): ServerStatus {
  return statusOf(config(), "web", known, health);
}

const live = release("6-a", { state: "live", liveAt: "2026-01-02T03:00:00.000Z" });
const healthy: Facts = { ...deployed("6-a", "blue"), journal: [live] };

Deno.test("statusOf() says what is live, since when, by whom, from what", () => {
  const one = of(healthy);
  assertEquals([one.live, one.since, one.by, one.revision, one.health, one.problems], [
    "6-a",
    "2026-01-02T03:00:00.000Z",
    "me@here",
    "1a2b3c4d",
    "200",
    [],
  ]);
});

Deno.test("status shows a server's tags", () => {
  const tagged = config({ server: { host: "web", tags: ["front", "jobs"] } });
  const one = statusOf(tagged, "web", healthy, "200");
  assertEquals(one.tags, ["front", "jobs"]);
  assertStringIncludes(statusText(one, new Date()), "\n  tags: front, jobs");
});

Deno.test("statusOf() lists the app's jails", () => {
  const { jails } = of({
    ...healthy,
    trees: new Map([["/jails/shop_blue", "shop_blue"], ["/jails/shop_green", "shop_green"]]),
  });
  assertEquals(jails, [
    { name: "shop_blue", slot: "blue", running: true, routed: true, address: "10.66.0.2" },
    { name: "shop_green", slot: "green", running: false, routed: false, address: "10.66.0.3" },
  ]);
});

Deno.test("statusOf() says that nothing is live", () => {
  const one = of(facts());
  assertEquals([one.live, one.jails, one.problems], [null, [], []]);
});

const unpatched: Facts = {
  ...healthy,
  userland: "14.3-RELEASE-p5",
  versions: new Map([
    ["/jails/.templates/14.3-RELEASE", "14.3-RELEASE"],
    ["/jails/shop_blue", "14.3-RELEASE-p2"],
    ["/jails/blog_blue", "14.3-RELEASE"],
  ]),
  trees: new Map([["/jails/shop_blue", "shop_blue"], ["/jails/blog_blue", "blog_blue"]]),
  jails: ["shop_blue", "blog_blue"].map((name) => ({
    ...{ name, path: `/jails/${name}`, addresses: [], dying: false },
  })),
};

Deno.test("statusOf() says which of the app's jails are behind the server's patches", () => {
  const { freebsd, behind, patch } = of(unpatched);
  assertEquals([freebsd, behind, patch], [
    "14.3-RELEASE-p5",
    [{ jail: null, freebsd: "14.3-RELEASE" }, { jail: "shop_blue", freebsd: "14.3-RELEASE-p2" }],
    '"alcaide setup" and "alcaide deploy"',
  ]);
});

Deno.test("statusText() says who is behind, and what to do", () => {
  assertStringIncludes(
    statusText(of(unpatched), new Date()),
    "\n  patches: the base system of new jails (14.3-RELEASE) and shop_blue (14.3-RELEASE-p2) are behind the server's " +
      '14.3-RELEASE-p5: "alcaide setup" and "alcaide deploy"',
  );
});

Deno.test("statusOf() and statusText() say that jails are thin, but clones where there is ZFS", () => {
  const thin = (known: Facts) => statusOf(config({ jail: { kind: "thin" } }), "web", known, "200");
  assertEquals([thin(healthy).thin, "thin" in thin({ ...healthy, dataset: "z" }), "thin" in of(healthy)], [
    true,
    false,
    false,
  ]);
  assertStringIncludes(statusText(thin(healthy), new Date()), " free, jails are thin");
});

Deno.test("statusOf() and statusText() tell of the live release's image: its age, packages and commands", () => {
  const made = (name: string, commands: readonly string[] = []) => {
    const config = { ...live.config, packages: ["node22", "vips"], image: { name, commands } };
    return of({ ...healthy, journal: [{ ...live, config }] });
  };
  const name = "shop.copy-0011223344556677.20260102T030405";
  const [packages, commands, now] = [["node22", "vips"], ["true"], new Date("2026-01-05T04:04:05Z")];
  const one = made(name, commands);
  assertEquals(one.image, { name, made: "2026-01-02T03:04:05.000Z", packages, commands });
  assertStringIncludes(statusText(one, now), `\n  image: 2 packages and 1 command, made 3 d ago (${name})\n`);
  assertStringIncludes(statusText(made("odd"), now), "\n  image: 2 packages (odd)\n");
  assertEquals([of(healthy).image, statusText(of(healthy), now).includes("image")], [null, false]);
});

Deno.test("statusText() lists detached commands", () => {
  const run = {
    id: "1a2b3c4d",
    command: "bin/shop import",
    release: "7-1a2b3c4",
    began: "2026-01-02T03:04:05.000Z",
  };
  const runs = [{ ...run, running: true, status: null }];
  const one = of(whole("6-a", "blue", { runs }));
  assertEquals(one.detached, runs);
  assertStringIncludes(
    statusText(one, new Date()),
    "\n  detached: 1a2b3c4d bin/shop import (of 7-1a2b3c4, since 2026-01-02T03:04:05.000Z) runs\n",
  );
});

const limited = {
  ...healthy,
  counts: true,
  limits: new Map([
    ["shop_blue", {
      memory: { most: 2 ** 29, used: 210 * 2 ** 20 },
      cpu: { most: 150, used: 3 },
      processes: { most: 200, used: null },
    }],
    ["shop_green", { cpu: { most: 150, used: null } }],
    ["web", { cpu: { most: 1, used: 1 } }],
  ]),
} satisfies Facts;

Deno.test("statusOf() lists the limits of the app's running jails, and what is used of them", () => {
  const one = of(limited);
  assertEquals(Object.keys(one.limits), ["shop_blue"]);
  assertStringIncludes(
    statusText(one, new Date()),
    "  limits of shop_blue: memory 210M of 512M, cpu 3 % of 150 % and processes at most 200\n",
  );
});

const askedFor = release("6-a", {
  state: "live",
  config: { ...live.config, limits: { memory: 2 ** 29, processes: 100 } },
});

const problems: readonly { name: string; facts: Facts; problem: string }[] = [
  {
    name: "Caddy doesn't run",
    facts: { ...healthy, caddy: { version: "2.9.1", running: false, service: {} }, live: new Map() },
    problem: "Caddy does not run",
  },
  {
    name: "limits where nobody counts",
    facts: { ...healthy, journal: [askedFor] },
    problem:
      "shop_blue runs without its limits of memory and processes: add kern.racct.enable=1 to /boot/loader.conf on the server and reboot it",
  },
  {
    name: "another limit is in force",
    facts: { ...limited, journal: [askedFor] },
    problem: "shop_blue runs without its limits of processes: deploy again",
  },
  {
    name: "Caddy is silent",
    facts: { ...healthy, live: new Map() },
    problem: "Caddy does not say which release it serves, the marker on disk names 6-a",
  },
  {
    name: "Caddy and the marker disagree",
    facts: { ...healthy, routed: new Map([["shop", { slot: "blue", release: "5-b" }]]) },
    problem: "Caddy serves 6-a, the marker on disk names 5-b",
  },
  {
    name: "the journal doesn't know the release",
    facts: { ...healthy, journal: [] },
    problem: "the journal does not know 6-a",
  },
  {
    name: "the journal says something else",
    facts: { ...healthy, journal: [release("6-a", { state: "ready" })] },
    problem: "the journal says 6-a is ready",
  },
  {
    name: "the marker is gone",
    facts: { ...healthy, routed: new Map(), live: new Map() },
    problem: 'the marker on disk is gone, though 6-a runs: "alcaide repair" puts it back',
  },
  { name: "the jail doesn't run", facts: { ...healthy, jails: [] }, problem: "jail shop_blue does not run" },
];
for (const { name, facts: known, problem } of problems) {
  Deno.test(`statusOf() finds that ${name}`, () => assertEquals(of(known).problems, [problem]));
}

Deno.test("statusText() tells it to people", () => {
  const text = statusText(of(healthy), new Date("2026-01-02T06:00:00.000Z"));
  assertEquals(
    text,
    "web: 6-a is live for 3 h, since 2026-01-02T03:00:00.000Z, deployed by me@here\n" +
      "  health: 200\n  jails: shop_blue (10.66.0.2) has the traffic\n  disk: 20 GB free, jails are copies",
  );
});

Deno.test("statusText() bears the clock of whoever deployed being ahead of ours", () => {
  const text = statusText(of(healthy), new Date("2026-01-02T02:00:00.000Z"));
  assertStringIncludes(text, "web: 6-a is live for 0.0 s, since 2026-01-02T03:00:00.000Z");
});

Deno.test("statusText() says that nothing is live", () => {
  assertEquals(statusText(of(facts()), new Date()), "web: nothing of shop is live");
});

Deno.test("status() says that nobody set a server up, and fails", async () => {
  const server = fakeServer({ model: { ...copyModel(fakeServer().model), setup: bare() } });
  const ctx = fakeContext({ servers: [server] });
  assertEquals(await status(ctx), 1);
  const problem = '"alcaide setup" never prepared this server: run it first';
  assertEquals(ctx.ui.results, [`root@203.0.113.7: not set up\n  problem: ${problem}`]);
  const [event] = ctx.ui.events.filter(({ type }) => type === "result");
  const [{ live, health, problems }] = (event as unknown as { value: [ServerStatus] }).value;
  assertEquals([live, health, problems], [null, "not set up", [problem]]);
});

Deno.test("status() of a server that is set up ends well before the first deploy", async () => {
  const ctx = fakeContext({ servers: [fakeServer()] });
  assertEquals([await status(ctx), ctx.ui.results], [0, ["root@203.0.113.7: nothing of shop is live"]]);
});

Deno.test("status() asks each server and gives a value for programs", async () => {
  const server = fakeServer({ model: copyModel(await serverAfter(2)) });
  const ctx = fakeContext({ servers: [server] });
  await status(ctx);
  const value = ctx.ui.events.flatMap((
    event,
  ) => (event.type === "result" ? [event.value] : []))[0] as ServerStatus[];
  assertEquals([value[0]?.live, value[0]?.health, value[0]?.problems], ["2-1a2b3c4", "200", []]);
  assertStringIncludes(ctx.ui.results[0] ?? "", "2-1a2b3c4 is live");
});

Deno.test("status() says that visitors see the maintenance page", async () => {
  const server = fakeServer({ model: copyModel(await serverAfter(1)) });
  server.model.files.set("/usr/local/etc/alcaide/live/shop/maintenance.html", "closed");
  const ctx = fakeContext({ servers: [server] });
  await status(ctx);
  assertStringIncludes(
    ctx.ui.results[0] ?? "",
    "  health: 200\n",
  );
  assertStringIncludes(ctx.ui.results[0] ?? "", "problem: visitors see the maintenance page, not the app");
});
