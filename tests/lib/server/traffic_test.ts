import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { Marker } from "../../../lib/commands/live.ts";
import { AlcaideError } from "../../../lib/core/error.ts";
import type { Facts } from "../../../lib/server/facts.ts";
import { serves, settledTraffic, splitRows, trafficOf } from "../../../lib/server/traffic.ts";
import { planDeploy } from "../../../lib/deploy/plan/deploy.ts";
import { planRepair } from "../../../lib/deploy/repair/plan.ts";
import { planText } from "../../../lib/deploy/plan/show.ts";
import { config, deployed, facts, release, silentServer } from "../../fake/facts.ts";
import { planInputs } from "../../fake/plan.ts";
import { statusOf } from "../../../lib/running/status.ts";

const healthy: Facts = deployed("6-a", "blue");

/** A source's words about the app `shop`. */
function says(release: string, slot: Marker["slot"] = "blue"): ReadonlyMap<string, Marker> {
  return new Map([["shop", { slot, release }]]);
}

const nobody: ReadonlyMap<string, Marker> = new Map();
const gone = 'the marker on disk is gone, though 6-a runs: "alcaide repair" puts it back';

const settled = [
  { name: "Caddy", facts: healthy, saidBy: "caddy", disputes: [] },
  {
    name: "the marker, when Caddy does not answer",
    facts: { ...healthy, live: nobody },
    saidBy: "marker",
    disputes: ["Caddy does not say which release it serves, the marker on disk names 6-a"],
  },
  {
    name: "the marker, when Caddy does not run",
    facts: { ...healthy, live: nobody, caddy: { ...healthy.caddy, running: false } },
    saidBy: "marker",
    disputes: ["Caddy does not run"],
  },
  {
    name: "the journal, when the marker is gone",
    facts: { ...healthy, live: nobody, routed: nobody },
    saidBy: "journal",
    disputes: [gone],
  },
  {
    name: "Caddy, when the journal knows no such release",
    facts: { ...healthy, journal: [] },
    saidBy: "caddy",
    disputes: ["the journal does not know 6-a"],
  },
  {
    name: "Caddy, when the journal says something else",
    facts: { ...healthy, journal: [release("6-a", { state: "ready" })] },
    saidBy: "caddy",
    disputes: ["the journal says 6-a is ready"],
  },
  {
    name: "Caddy, when the jail does not run",
    facts: { ...healthy, jails: [] },
    saidBy: "caddy",
    disputes: ["jail shop_blue does not run"],
  },
  {
    name: "Caddy, when the jail is dying",
    facts: { ...healthy, jails: healthy.jails.map((jail) => ({ ...jail, dying: true })) },
    saidBy: "caddy",
    disputes: ["jail shop_blue does not run"],
  },
] as const satisfies readonly { name: string; facts: Facts; saidBy: string; disputes: readonly string[] }[];

for (const { name, facts: known, saidBy, disputes } of settled) {
  Deno.test(`trafficOf() believes ${name}`, () => {
    const traffic = trafficOf(known, "shop");
    assertEquals([traffic?.release, traffic?.slot, traffic?.saidBy, traffic?.disputes], [
      "6-a",
      "blue",
      saidBy,
      disputes,
    ]);
    assertEquals(settledTraffic(known, "shop", "work on web"), traffic);
  });

  Deno.test(`status and a plan say the same words: it is ${name}`, () => {
    assertEquals(statusOf(config(), "web", known, "200").problems, disputes);
    // A deploy is refused where Caddy does not run, before it asks what is live.
    if (!known.caddy.running) return;
    const text = planText(planDeploy(config(), new Map([[silentServer(), known]]), planInputs));
    assertEquals(text.match(/problem: .*$/gm) ?? [], disputes.map((one) => `problem: ${one}`));
  });
}

const nothing: readonly { name: string; facts: Facts }[] = [
  { name: "on a server without releases", facts: facts() },
  { name: "of another app", facts: { ...healthy, routed: nobody, live: nobody, journal: [] } },
  {
    name: "without a marker, when the jail of what the journal calls live does not run",
    facts: { ...healthy, routed: nobody, live: nobody, jails: [] },
  },
  {
    name: "without a marker, when that jail is dying",
    facts: {
      ...healthy,
      routed: nobody,
      live: nobody,
      jails: healthy.jails.map((jail) => ({ ...jail, dying: true })),
    },
  },
];
for (const { name, facts: known } of nothing) {
  Deno.test(`trafficOf() finds nothing ${name}`, () => assertEquals(trafficOf(known, "shop"), undefined));
}

const contradictions = [
  {
    name: "another release",
    facts: { ...healthy, routed: says("5-b") },
    says: "Caddy serves 6-a, the marker on disk names 5-b",
  },
  {
    name: "another slot",
    facts: { ...healthy, routed: says("6-a", "green") },
    says: "Caddy serves 6-a in blue, the marker on disk names 6-a in green",
  },
  {
    name: "nothing",
    facts: { ...healthy, routed: nobody },
    says: "Caddy serves 6-a, the marker on disk names nothing",
  },
];
for (const { name, facts: known, says } of contradictions) {
  Deno.test(`a marker that names ${name} is refused by deploy and repair, and shown by status`, () => {
    const deploy = () => planDeploy(config(), new Map([[silentServer("web"), known]]), planInputs);
    const repair = () => planRepair(config(), known, "web");
    for (
      const [act, prefix] of [[deploy, "Cannot work on web"], [repair, "Cannot repair shop on web"]] as const
    ) {
      const error = assertThrows(act, AlcaideError);
      assertEquals(error.message, `${prefix}: ${says}`);
      assertStringIncludes(error.hint ?? "", "/usr/local/etc/alcaide/live/shop");
    }
    const { live, saidBy, problems } = statusOf(config(), "web", known, "200");
    assertEquals([live, saidBy, problems], ["6-a", "caddy", [says]]);
  });
}

Deno.test("trafficOf() takes the newest of several releases that the journal calls live", () => {
  const journal = [release("5-b", { state: "live", slot: "green" })];
  const known = { ...deployed("6-a", "blue", { both: true, journal }), routed: nobody, live: nobody };
  assertEquals(trafficOf(known, "shop")?.release, "6-a");
});

Deno.test("splitRows() says what each server serves, when that differs", () => {
  const [a, b] = [{ server: "a", release: "6-a" }, { server: "b", release: undefined }];
  assertEquals(splitRows([a, b]), ["a serves 6-a", "b serves nothing"]);
  assertEquals([splitRows([a, a]), splitRows([b, b]), serves("6-a")], [[], [], "serves 6-a"]);
});
