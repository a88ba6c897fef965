import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { AlcaideError } from "../../../../lib/core/error.ts";
import type { Facts } from "../../../../lib/server/facts.ts";
import { planRepair } from "../../../../lib/deploy/plan/repair.ts";
import { deployed, facts, release } from "../../../fake/facts.ts";

const healthy: Facts = deployed("6-a", "blue");

function titles(known: Facts): string[] {
  return planRepair("shop", "/jails", known, "web").map(({ title }) => title);
}

Deno.test("planRepair() finds nothing where nothing is half done", () => assertEquals(titles(healthy), []));

Deno.test("planRepair() finds nothing where nothing was deployed", () => assertEquals(titles(facts()), []));

const cases: readonly { name: string; facts: Facts; titles: readonly string[] }[] = [
  {
    name: "starts Caddy",
    facts: { ...healthy, caddy: { version: "2.9.1", running: false, service: {} }, live: new Map() },
    titles: ["Start Caddy"],
  },
  {
    name: "starts the live jail",
    facts: { ...healthy, jails: [] },
    titles: ["Start jail shop_blue"],
  },
  {
    name: "stops a jail without the traffic",
    facts: deployed("6-a", "blue", { both: true }),
    titles: ["Stop jail shop_green"],
  },
  {
    name: "leaves a jail of that name alone that lacks our mark",
    facts: {
      ...deployed("6-a", "blue", { both: true }),
      trees: new Map([["/jails/shop_blue", "shop_blue"]]),
    },
    titles: [],
  },
  ...["/jails/shop_green/dev", "10.66.0.3"].map((held) => ({
    name: `finishes the stop of a jail that left ${held}`,
    facts: {
      ...healthy,
      trees: new Map([...healthy.trees, ["/jails/shop_green", "shop_green"] as const]),
      held: new Set([held, "/jails/shop_blue/dev", "10.66.0.2"]),
    },
    titles: ["Finish the stop of jail shop_green"],
  })),
  {
    name: "removes a copy that was cut off",
    facts: { ...healthy, base: [...healthy.base, ".shop_green.new"] },
    titles: ["Remove /jails/.shop_green.new"],
  },
  {
    name: "finishes a deletion that was cut off",
    facts: { ...healthy, base: [...healthy.base, "shop_green.gone"] },
    titles: ["Remove /jails/shop_green.gone"],
  },
  {
    name: "writes down that a release is live which has the traffic",
    facts: { ...healthy, journal: [release("6-a", { state: "ready" })] },
    titles: ["Record that 6-a is live"],
  },
  {
    name: "writes down that a release is retired which has no traffic any more",
    facts: deployed("6-a", "blue", { journal: [release("5-a", { state: "live" })] }),
    titles: ["Record that 5-a is retired"],
  },
  {
    name: "gives up releases whose deploy was cut off",
    facts: deployed("6-a", "blue", {
      journal: [release("7-a", { state: "building" }), release("8-a", { state: "ready" })],
    }),
    titles: ["Record that 7-a is failed", "Record that 8-a is failed"],
  },
];
for (const { name, facts: known, titles: wanted } of cases) {
  Deno.test(`planRepair() ${name}`, () => assertEquals(titles(known), wanted));
}

Deno.test("planRepair() writes down that a newer release was rolled away from", () => {
  const known = deployed("6-a", "blue", { journal: [release("7-a", { state: "live" })] });
  const [change] = planRepair("shop", "/jails", known, "web");
  assertMatch(change?.command.text ?? "", /"id":"7-a".*"state":"retired".*"rolledBack":true/);
});

Deno.test("planRepair() drops what a cut off release doesn't need, its secrets among it", () => {
  const known = deployed("6-a", "blue", { journal: [release("7-a", { state: "building" })] });
  const [change] = planRepair("shop", "/jails", known, "web");
  assertStringIncludes(change?.command.text ?? "", "rm -f /var/db/alcaide/apps/shop/releases/7-a/artifact");
  assertStringIncludes(change?.command.text ?? "", "/releases/7-a/env");
});

Deno.test("planRepair() stops no jail that has got the traffic meanwhile", () => {
  const [change] = planRepair("shop", "/jails", deployed("6-a", "blue", { both: true }), "web");
  assertStringIncludes(change?.command.text ?? "", "shop_green has the traffic, so it is left alone");
});

for (const slot of ["blue", "green"] as const) {
  Deno.test(`planRepair() puts back the marker of a live release in ${slot}, and stops nothing of it`, () => {
    const known: Facts = { ...deployed("6-a", slot), routed: new Map(), live: new Map() };
    assertEquals(titles(known), ["Put back the marker of 6-a"]);
  });
}

Deno.test("planRepair() leaves a contradiction to a person", () => {
  const known: Facts = { ...healthy, routed: new Map([["shop", { slot: "green", release: "5-b" }]]) };
  const error = assertThrows(
    () => titles(known),
    AlcaideError,
    "Cannot repair shop on web: Caddy serves 6-a, the marker on disk names 5-b",
  );
  assertStringIncludes(error.hint ?? "", "service caddy reload");
});
