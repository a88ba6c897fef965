// Numbers of releases, what is written down about one, and which are forgotten.

import { assertEquals, assertMatch } from "@std/assert";
import { endRelease } from "../../../../lib/commands/journal.ts";
import type { Facts } from "../../../../lib/server/facts.ts";
import type { ReleaseState } from "../../../../lib/core/release.ts";
import { planDeploy, toPrune } from "../../../../lib/deploy/plan/deploy.ts";
import { config, deployed, facts, release, silentServer } from "../../../fake/facts.ts";
import { inputs, plan, server } from "./planning.ts";

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

Deno.test("planDeploy() writes down that deploys before were cut off, and takes their secrets away", () => {
  const journal = [release("7-a", { state: "building" }), release("8-b", { state: "ready" })];
  const { retire } = plan(deployed("6-a", "blue", { journal }));
  assertEquals(retire.map(({ id, state }) => [id, state]), [
    ["7-a", "failed"],
    ["8-b", "failed"],
    ["6-a", "retired"],
  ]);
  assertMatch(endRelease(retire[0]!).text, /rm -rfx \S+7-a\/artifact (\S+ )+\S+7-a\/env/);
});

Deno.test("planDeploy() retires what has the traffic, though its record was cut off before it said so", () => {
  const known: Facts = { ...deployed("6-a", "blue"), journal: [release("6-a", { state: "ready" })] };
  assertEquals(plan(known).retire.map(({ id, state }) => [id, state]), [["6-a", "retired"]]);
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

Deno.test("planDeploy() makes a thin jail, which its release remembers, but clones where there is ZFS", () => {
  const known = { ...facts(), templates: ["14.3-RELEASE", "14.3-RELEASE-p2"] };
  const thin = plan(known, { jail: { kind: "thin" } });
  assertEquals([thin.jail.base, thin.app.jail.base, thin.record.config.thin, thin.template.path], [
    "/jails/.templates/.14.3-RELEASE.newest",
    "/jails/.templates/.14.3-RELEASE.newest",
    true,
    "/jails/.templates/14.3-RELEASE-p2",
  ]);
  for (const made of [plan({ ...known, dataset: "z/jails" }, { jail: { kind: "thin" } }), plan(known)]) {
    assertEquals(["base" in made.jail, "thin" in made.record.config], [false, false]);
  }
});
