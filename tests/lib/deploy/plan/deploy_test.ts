import { assertEquals, assertStringIncludes } from "@std/assert";
import type { UserConfig } from "../../../../lib/config/field/types.ts";
import type { Facts } from "../../../../lib/server/facts.ts";
import { parseHostState } from "../../../../lib/server/host_state.ts";
import { publicUrls } from "../../../../lib/deploy/plan/plan.ts";
import { config, deployed, facts, place, release, siteOf } from "../../../fake/facts.ts";
import { inputs, plan, refusal, server } from "./planning.ts";

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
  const after = plan(facts()).hostFile?.after ?? "";
  assertEquals(parseHostState(after).apps, { shop: { ...place, token: inputs.token } });
  assertEquals(plan(deployed("1-a", "blue")).hostFile, undefined);
});

Deno.test("planDeploy() keeps the places of other apps in host.json", () => {
  const hostText = JSON.stringify({ version: 1, apps: { blog: place } });
  const known = facts({ host: parseHostState(hostText), hostText });
  const { hostFile, app } = plan(known);
  assertEquals([hostFile?.before, Object.keys(parseHostState(hostFile?.after ?? "").apps)], [hostText, [
    "blog",
    "shop",
  ]]);
  assertEquals([app.jail.ip4, app.uid], ["10.66.0.4", 60001]);
});

Deno.test("planDeploy() skips addresses that other jails have", () => {
  const jails = [{ name: "old", path: "/old", addresses: ["10.1.1.1", "10.66.0.2"], dying: false }];
  const { allocation: given } = plan(facts({ jails }));
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

Deno.test("planDeploy() lets a release take its assets along, where it has a web process", () => {
  const assets = { path: "/assets", from: "public/assets" };
  const { app, record, site } = plan(facts(), { assets });
  assertEquals([app.assets, record.config.assets], [assets, assets]);
  assertStringIncludes(site.text, "\n(alcaide_shop-assets) {\n\thandle /assets/* {\n");
  const idle = plan(facts(), { assets, processes: { jobs: "bin/jobs" } });
  assertEquals([idle.app.assets, idle.record.config.assets, idle.site.text], [undefined, undefined, ""]);
});

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

Deno.test("planDeploy() clones datasets where the base path is one", () => {
  const { tree, template } = plan(facts({ dataset: "zroot/jails" }));
  assertEquals([tree.dataset, template.dataset], [
    "zroot/jails/shop_blue",
    "zroot/jails/alcaide_template_14.3-RELEASE",
  ]);
});

Deno.test("planDeploy() asks on port 80 only where the site answers there", () => {
  assertEquals(plan(facts(), { domain: "shop.example.com" }).publicHost, undefined);
  assertEquals(plan(facts(), { domain: "shop.lan", tls: "off" }).publicHost, "shop.lan");
});

Deno.test("publicUrls() are the first domain, which servers share, or the servers' addresses", () => {
  const other = { ...server, target: { host: "203.0.113.8" } };
  const named = config({ domain: ["a.example.com", "b.example.com"] });
  assertEquals(publicUrls(named, [server, other]), "https://a.example.com/");
  assertEquals(publicUrls(config(), [server, other]), "http://203.0.113.7/, http://203.0.113.8/");
});
