import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { UserConfig } from "../../../../lib/config/types.ts";
import { AlcaideError } from "../../../../lib/core/error.ts";
import type { Facts } from "../../../../lib/server/facts.ts";
import { parseHostState } from "../../../../lib/server/host_state.ts";
import type { ReleaseState } from "../../../../lib/core/release.ts";
import { publicUrls, type ServerPlan } from "../../../../lib/deploy/plan/plan.ts";
import { planDeploy, toPrune } from "../../../../lib/deploy/plan/deploy.ts";
import { config, deployed, facts, place, release, silentServer, siteOf } from "../../../fake/facts.ts";
import { planInputs, planOn } from "../../../fake/plan.ts";

const server = silentServer();
const inputs = { ...planInputs, fences: new Map([[server, 9]]) };

function plan(known: Facts, changes: Partial<UserConfig> = {}): ServerPlan {
  return planOn(server, config(changes), known, inputs);
}

function refusal(known: Facts, changes: Partial<UserConfig> = {}): AlcaideError {
  return assertThrows(() => plan(known, changes), AlcaideError);
}

Deno.test("planDeploy() makes the first release in blue", () => {
  const { next, previous, app, publicHost, fence } = plan(facts());
  assertEquals([next, previous, app.jail.name, app.jail.ip4, app.uid, app.release, publicHost, fence], [
    "blue",
    undefined,
    "shop_blue",
    "10.66.0.2",
    60000,
    "1-1a2b3c4",
    "203.0.113.7",
    9,
  ]);
});

Deno.test("planDeploy() gives an app its place at the first deploy only", () => {
  const after = plan(facts()).allocation?.after ?? "";
  assertEquals(parseHostState(after).apps, { shop: { ...place, token: inputs.token } });
  assertEquals(plan(deployed("1-a", "blue")).allocation, undefined);
});

Deno.test("planDeploy() keeps the places of other apps in host.json", () => {
  const hostText = JSON.stringify({ version: 1, apps: { blog: place } });
  const known = facts({ host: parseHostState(hostText), hostText });
  const { allocation, app } = plan(known);
  assertEquals([allocation?.before, Object.keys(parseHostState(allocation?.after ?? "").apps)], [hostText, [
    "blog",
    "shop",
  ]]);
  assertEquals([app.jail.ip4, app.uid], ["10.66.0.4", 60001]);
});

Deno.test("planDeploy() skips addresses that other jails have", () => {
  const jails = [{ name: "old", path: "/old", addresses: ["10.1.1.1", "10.66.0.2"], dying: false }];
  const { place: given } = plan(facts({ jails }));
  assertEquals([given.blue, given.green], ["10.66.0.3", "10.66.0.4"]);
});

for (const [live, next] of [["blue", "green"], ["green", "blue"]] as const) {
  Deno.test(`planDeploy() chooses ${next} when ${live} is routed`, () => {
    const made = plan(deployed("6-a", live));
    assertEquals([made.next, made.previous?.slot, made.previous?.release, made.previous?.jail.name], [
      next,
      live,
      "6-a",
      `shop_${live}`,
    ]);
    assertEquals([made.app.jail.ip4, made.app.jail.release], [place[next], "7-1a2b3c4"]);
  });
}

Deno.test("planDeploy() leaves the site file alone when nothing in it changes", () => {
  assertEquals(plan(deployed("6-a", "green")).site, { text: siteOf(), before: siteOf(), apply: false });
});

const reloads: readonly { name: string; facts: Facts; config?: Partial<UserConfig> }[] = [
  { name: "at the first deploy", facts: facts() },
  { name: "for another domain", facts: deployed("6-a", "blue"), config: { domain: "shop.lan", tls: "off" } },
  { name: "for another port", facts: deployed("6-a", "blue"), config: { jail: { port: 5000 } } },
  { name: "when Caddy doesn't go by the file yet", facts: { ...deployed("6-a", "blue"), live: new Map() } },
  {
    name: "after a first deploy that was cut off before",
    facts: facts({ sites: new Map([["shop", siteOf()]]) }),
  },
];
for (const { name, facts: known, config: changes } of reloads) {
  Deno.test(`planDeploy() lets Caddy read the site file ${name}`, () => {
    assertEquals(plan(known, changes).site.apply, true);
  });
}

Deno.test("planDeploy() changes the new slot's port only", () => {
  const { site } = plan(deployed("6-a", "blue"), { jail: { port: 5000 } });
  assertStringIncludes(site.text, "reverse_proxy 10.66.0.2:4000 ");
  assertStringIncludes(site.text, "reverse_proxy 10.66.0.3:5000 ");
});

Deno.test("planDeploy() believes the marker more than which jails run", () => {
  const known = deployed("6-a", "blue", { both: true });
  assertEquals(plan(known).next, "green");
  const elsewhere = { ...known, jails: known.jails.filter(({ name }) => name === "shop_green") };
  assertEquals(plan(elsewhere).next, "green");
});

Deno.test("planDeploy() believes the marker more than the journal", () => {
  const journal = [release("5-b", { state: "live", slot: "green" })];
  assertEquals(plan(deployed("6-a", "blue", { both: true, journal })).previous?.release, "6-a");
});

Deno.test("planDeploy() follows the marker when Caddy is silent", () => {
  const { previous, next } = plan({ ...deployed("6-a", "green", { both: true }), live: new Map() });
  assertEquals([previous?.release, previous?.slot, next], ["6-a", "green", "blue"]);
});

Deno.test("planDeploy() refuses when Caddy serves something else than the marker says", () => {
  const error = refusal({
    ...deployed("6-a", "green"),
    live: new Map([["shop", { slot: "blue", release: "4-x" }]]),
  });
  assertEquals(
    error.message,
    "Cannot work on root@203.0.113.7: Caddy serves 4-x, the marker on disk names 6-a",
  );
});

Deno.test("planDeploy() spares a running jail that the journal calls live, though its marker is gone", () => {
  const known = { ...deployed("6-a", "blue"), routed: new Map(), live: new Map() };
  assertEquals([plan(known).next, plan(known).previous?.release], ["green", "6-a"]);
});

Deno.test("planDeploy() takes nothing for live whose jail is gone and that has no marker", () => {
  const known = { ...deployed("6-a", "green"), jails: [], routed: new Map(), live: new Map() };
  assertEquals([plan(known).next, plan(known).previous], ["blue", undefined]);
});

Deno.test("planDeploy() ends the old release with its own port and volumes", () => {
  const record = release("6-a", { state: "live" });
  const old = {
    ...record,
    config: { ...record.config, port: 5000, volumes: [{ host: "/old", jail: "/data" }] },
  };
  const { previous, app } = plan({ ...deployed("6-a", "blue"), journal: [old] }, { volumes: ["/new:/data"] });
  assertEquals([previous?.port, previous?.jail.mounts?.at(-1)?.host], [5000, "/old"]);
  assertEquals([app.port, app.jail.mounts?.at(-1)?.host], [4000, "/new"]);
});

const refusals: readonly {
  name: string;
  facts: Facts;
  config?: Partial<UserConfig>;
  problem: string;
  hint: string;
}[] = [
  {
    name: "a server without the base system",
    facts: facts({ templates: [] }),
    problem: "it has no base system 14.3-RELEASE in /jails",
    hint: 'Run "alcaide setup" first',
  },
  {
    name: "a server without Caddy",
    facts: facts({ caddy: { version: undefined, running: false, service: {} } }),
    problem: "Caddy is not installed",
    hint: 'Run "alcaide setup" first',
  },
  {
    name: "a Caddy that doesn't run",
    facts: facts({ caddy: { version: "2.9.1", running: false, service: {} } }),
    problem: "Caddy does not run",
    hint: 'Start it with "service caddy start", or run "alcaide setup"',
  },
  {
    name: "a full disk",
    facts: facts({ free: 100_000_000 }),
    problem: "/jails has 100 MB free",
    hint: "A release needs about 400 MB: make room",
  },
  {
    name: "a foreign jail at an address that the app was given",
    facts: facts({
      host: { version: 1, apps: { shop: place } },
      jails: [{ name: "mail", path: "/usr/jails/mail", addresses: ["10.66.0.3"], dying: false }],
    }),
    problem: "the jail mail uses 10.66.0.3, an address of shop",
    hint: "Give that jail another address",
  },
  {
    name: "a foreign jail of a slot's name elsewhere",
    facts: facts({ jails: [{ name: "shop_green", path: "/usr/jails/shop", addresses: [], dying: false }] }),
    problem: "the jail shop_green exists, and alcaide did not make it",
    hint: "Rename it, or choose another name for app",
  },
  {
    name: "another base path than the app's jails are in",
    facts: facts({
      jails: [{ name: "shop_green", path: "/old/shop_green", addresses: [], dying: false }],
      jailFiles: new Map([["shop_green", "3-c"]]),
    }),
    problem: "its jail shop_green is in /old, and jail.basePath is /jails",
    hint: 'Set jail.basePath to "/old" again: an app stays where it was deployed first',
  },
  {
    name: "a foreign jail of a slot's name in its place",
    facts: facts({ jails: [{ name: "shop_blue", path: "/jails/shop_blue", addresses: [], dying: false }] }),
    problem: "the jail shop_blue exists, and alcaide did not make it",
    hint: "Rename it, or choose another name for app",
  },
  {
    name: "a foreign directory in a slot's place",
    facts: facts({ base: [".templates", "shop_green"] }),
    problem: "/jails/shop_green exists, and alcaide did not make it",
    hint: "Move it away, or choose another name for app",
  },
  {
    name: "a directory that bears another's mark",
    facts: facts({ base: ["shop_green"], trees: new Map([["/jails/shop_green", "blog_green"]]) }),
    problem: "/jails/shop_green exists, and alcaide did not make it",
    hint: "Move it away, or choose another name for app",
  },
  {
    name: "a domain that another app has",
    facts: facts({
      sites: new Map([["blog", siteOf("blog", ["x.example.com", "shop.example.com"])]]),
    }),
    config: { domain: ["www.example.com", "shop.example.com"], tls: "off" },
    problem: "the app blog answers to http://shop.example.com",
    hint: "Give each app on a server domains of its own",
  },
  {
    name: "two apps without a domain",
    facts: facts({ sites: new Map([["blog", siteOf("blog")]]) }),
    problem: "the app blog answers to every name (it has no domain either)",
    hint: "Give each app on a server domains of its own",
  },
];
for (const { name, facts: known, config: changes, problem, hint } of refusals) {
  Deno.test(`planDeploy() refuses ${name}`, () => {
    const error = refusal(known, changes);
    assertEquals([error.message, error.hint], [`Cannot use root@203.0.113.7: ${problem}`, hint]);
  });
}

Deno.test("planDeploy() is content beside other apps and foreign jails", () => {
  const made = plan(
    facts({
      sites: new Map([["blog", siteOf("blog", ["blog.example.com"])]]),
      jails: [{ name: "shop", path: "/usr/jails/shop", addresses: [], dying: false }],
      base: [".templates", "shop", "shop_blue_old"],
    }),
    { domain: "shop.example.com" },
  );
  assertEquals(made.next, "blue");
});

Deno.test("planDeploy() takes a dying jail for gone", () => {
  const jails = [{ name: "shop_blue", path: "/elsewhere", addresses: [], dying: true }];
  assertEquals(plan(facts({ jails })).next, "blue");
});

Deno.test("planDeploy() numbers one above the highest on any server, for all", () => {
  const other = silentServer("other");
  const known = new Map([[server, deployed("6-a", "blue")], [other, deployed("11-b", "green")]]);
  const made = planDeploy(config({ server: ["root@203.0.113.7", "other"] }), known, inputs);
  assertEquals([made.release, made.servers.get(server)?.next, made.servers.get(other)?.next], [
    "12-1a2b3c4",
    "green",
    "blue",
  ]);
  assertEquals([...made.servers.values()].map(({ app }) => app.release), ["12-1a2b3c4", "12-1a2b3c4"]);
});

Deno.test("planDeploy() numbers above the live release also when its record can't be read", () => {
  const known: Facts = { ...deployed("6-a", "blue"), journal: [release("5-a")] };
  assertEquals(plan(known).app.release, "7-1a2b3c4");
});

Deno.test("planDeploy() numbers above failed releases too", () => {
  const journal = [release("8-c", { state: "failed" })];
  assertEquals(plan(deployed("6-a", "blue", { journal })).app.release, "9-1a2b3c4");
});

Deno.test("planDeploy() doesn't count the releases of other apps", () => {
  assertEquals(plan(facts({ journal: [release("40-a", { app: "blog" })] })).app.release, "1-1a2b3c4");
});

Deno.test("planDeploy() clones datasets where the base path is one", () => {
  const { tree, template } = plan(facts({ dataset: "zroot/jails" }));
  assertEquals([tree.dataset, template.dataset], [
    "zroot/jails/shop_blue",
    "zroot/jails/alcaide_template_14.3-RELEASE",
  ]);
});

Deno.test("planDeploy() records what the release was made with", () => {
  const { record } = plan(facts(), { start: "bin/x", volumes: ["/d:/data"], health: { path: "/up" } });
  assertEquals([record.id, record.slot, record.by, record.createdAt, record.freebsd], [
    "1-1a2b3c4",
    "blue",
    "me@here",
    "2026-01-02T03:04:05.000Z",
    "14.3-RELEASE",
  ]);
  assertEquals([record.config.start, record.config.volumes, record.config.health.path], [
    "bin/x",
    [{ host: "/d", jail: "/data" }],
    "/up",
  ]);
});

Deno.test("planDeploy() asks on port 80 only where the site answers there", () => {
  assertEquals(plan(facts(), { domain: "shop.example.com" }).publicHost, undefined);
  assertEquals(plan(facts(), { domain: "shop.lan", tls: "off" }).publicHost, "shop.lan");
});

const prunes: readonly {
  name: string;
  states: Record<string, ReleaseState>;
  keep: number;
  live?: string;
  gone: string[];
}[] = [
  {
    name: "nothing while there are few",
    states: { "1-a": "retired", "2-b": "live" },
    keep: 5,
    live: "2-b",
    gone: [],
  },
  {
    name: "good ones beyond the number, the new one counted",
    states: { "1-a": "retired", "2-b": "retired", "3-c": "retired", "4-d": "live" },
    keep: 3,
    live: "4-d",
    gone: ["1-a", "2-b"],
  },
  {
    name: "failed ones that are older than what is kept",
    states: { "1-a": "failed", "2-b": "retired", "3-c": "failed", "4-d": "live", "5-e": "failed" },
    keep: 3,
    live: "4-d",
    gone: ["1-a"],
  },
  {
    name: "never the live one, however old",
    states: { "1-a": "live", "2-b": "retired", "3-c": "retired" },
    keep: 2,
    live: "1-a",
    gone: ["2-b"],
  },
  {
    name: "all failures when none before was good",
    states: { "1-a": "failed", "2-b": "failed" },
    keep: 2,
    gone: ["1-a", "2-b"],
  },
];
for (const { name, states, keep, live, gone } of prunes) {
  Deno.test(`toPrune() forgets ${name}`, () => {
    const all = Object.entries(states).map(([id, state]) => release(id, { state }));
    assertEquals(toPrune(all, keep, live), gone);
  });
}

Deno.test("toPrune() forgets no good release for those that were rolled away from, nor keeps all of these", () => {
  const bad = ["4-d", "5-e", "6-f"].map((id) => release(id, { rolledBack: true }));
  const all = [release("1-a"), release("2-b"), release("3-c", { state: "live" }), ...bad];
  assertEquals(toPrune(all, 3, "3-c"), ["1-a", "4-d"]);
  assertEquals(toPrune([...all, release("7-g", { state: "live" })], 3, "7-g"), ["1-a", "2-b", "4-d"]);
});

Deno.test("toPrune() keeps what served last, not what was passed over", () => {
  const all = [
    ...[release("1-a"), release("2-b", { previous: "1-a" }), release("3-c", { previous: "2-b" })],
    release("4-d", { previous: "1-a", state: "live" }),
  ];
  assertEquals(toPrune(all, 3, "4-d"), []);
  assertEquals(toPrune(all, 2, "4-d"), ["1-a", "2-b", "3-c"]);
});

Deno.test("planDeploy() writes down what served before", () => {
  assertEquals(plan(deployed("6-f", "green")).record.previous, "6-f");
  assertEquals(plan(facts()).record.previous, undefined);
});

Deno.test("publicUrls() are the first domain, which servers share, or the servers' addresses", () => {
  const other = { ...server, target: { host: "203.0.113.8" } };
  const named = config({ domain: ["a.example.com", "b.example.com"] });
  assertEquals(publicUrls(named, [server, other]), "https://a.example.com/");
  assertEquals(publicUrls(config(), [server, other]), "http://203.0.113.7/, http://203.0.113.8/");
});
