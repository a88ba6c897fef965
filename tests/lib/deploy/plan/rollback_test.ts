import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { UserConfig } from "../../../../lib/config/field/types.ts";
import { AlcaideError, UsageError } from "../../../../lib/core/error.ts";
import type { Facts } from "../../../../lib/server/facts.ts";
import type { Release } from "../../../../lib/core/release.ts";
import type { ServerPlan } from "../../../../lib/deploy/plan/plan.ts";
import { chooseRelease, planRollback } from "../../../../lib/deploy/plan/rollback.ts";
import { config, deployed, facts, release, silentServer } from "../../../fake/facts.ts";

const kept: readonly Release[] = [
  release("1-a"),
  release("2-b", { state: "failed" }),
  release("3-c"),
  release("4-d", { rolledBack: true }),
  release("5-e", { state: "live" }),
  release("6-f"),
];

const choices = [
  { name: "the last good one before the live one", live: "3-c", asked: undefined, chosen: "1-a" },
  { name: "none that was rolled away from", live: "5-e", asked: undefined, chosen: "3-c" },
  { name: "the one that is named by its id", live: "5-e", asked: "1-a", chosen: "1-a" },
  { name: "the one that is named by its number", live: "5-e", asked: "3", chosen: "3-c" },
  { name: "one that was rolled away from, when it is named", live: "5-e", asked: "4", chosen: "4-d" },
  { name: "a later one, when it is named", live: "5-e", asked: "6", chosen: "6-f" },
];
for (const { name, live, asked, chosen } of choices) {
  Deno.test(`chooseRelease() takes ${name}`, () =>
    assertEquals(chooseRelease(kept, live, { asked }).id, chosen));
}

const refusals = [
  { name: "nothing is live", live: undefined, asked: undefined, says: "Cannot roll back: nothing is live" },
  {
    name: "nothing good is older",
    live: "1-a",
    asked: undefined,
    says: "no good release is kept from before 1-a",
  },
  {
    name: "the one that is named failed",
    live: "5-e",
    asked: "2",
    says: "Cannot roll back to 2: no such good release is kept",
  },
  {
    name: "there is none of that name",
    live: "5-e",
    asked: "9-x",
    says: "Cannot roll back to 9-x: no such good release is kept",
  },
  { name: "it is live", live: "5-e", asked: "5", says: "Cannot roll back to 5-e: it is live" },
];
for (const { name, live, asked, says } of refusals) {
  Deno.test(`chooseRelease() refuses when ${name}`, () => {
    const error = assertThrows(() => chooseRelease(kept, live, { asked }), AlcaideError, says);
    assertEquals(error instanceof UsageError, asked !== undefined);
  });
}

const old = {
  ...release("5-e").config,
  start: "bin/old",
  port: 5000,
  volumes: [{ host: "/old", jail: "/data" }],
};

function plan(changes: Partial<Facts> = {}, asked?: string, user: Partial<UserConfig> = {}): ServerPlan {
  const journal = [release("5-e", { slot: "blue", config: old, freebsd: "14.2-RELEASE" })];
  const known = {
    ...deployed("6-f", "green", { journal }),
    templates: ["14.3-RELEASE", "14.2-RELEASE"],
    ...changes,
  };
  const server = silentServer();
  const made = planRollback(config({ migrate: "bin/migrate", ...user }), new Map([[server, known]]), {
    by: "me@here",
    now: "2026-01-02T03:04:05.000Z",
    fences: new Map([[server, 4]]),
    asked,
  });
  const serverPlan = made.servers.get(server);
  if (serverPlan === undefined) throw new Error("no plan");
  return serverPlan;
}

Deno.test("planRollback() brings a release back with its own configuration", () => {
  const { app, next, previous, template, fence } = plan();
  assertEquals([
    app.release,
    app.start,
    app.port,
    app.jail.mounts?.at(-1)?.host,
    next,
    previous?.release,
    fence,
  ], [
    "5-e",
    "bin/old",
    5000,
    "/old",
    "blue",
    "6-f",
    4,
  ]);
  assertStringIncludes(template.path, "14.2-RELEASE");
});

Deno.test("planRollback() brings a release's assets, also where the configuration has others or none", () => {
  const assets = { path: "/assets", from: "public" };
  const journal = [release("5-e", { slot: "blue", config: { ...old, assets } })];
  const back = plan({ journal });
  assertEquals([back.app.assets, plan().app.assets], [assets, undefined]);
  assertStringIncludes(back.site.text, "\timport alcaide_shop-assets\n");
});

Deno.test("planRollback() starts a jail again that still holds the release", () => {
  const holding = {
    jailFiles: new Map([["shop_blue", "5-e"], ["shop_green", "6-f"]]),
    trees: new Map([["/jails/shop_blue", "shop_blue"], ["/jails/shop_green", "shop_green"]]),
    base: [".templates", "shop_blue", "shop_green"],
  };
  assertEquals([plan(holding).present, plan().present], [true, false]);
});

Deno.test("planRollback() makes a jail anew that holds another release", () => {
  const holding = {
    jailFiles: new Map([["shop_blue", "4-d"], ["shop_green", "6-f"]]),
    trees: new Map([["/jails/shop_blue", "shop_blue"], ["/jails/shop_green", "shop_green"]]),
    base: [".templates", "shop_blue", "shop_green"],
  };
  assertEquals(plan(holding).present, false);
});

Deno.test("planRollback() marks the release that it goes away from", () => {
  assertEquals(plan().retire.map(({ id, rolledBack }) => [id, rolledBack]), [["6-f", true]]);
});

Deno.test("planRollback() forgets nothing and gives nothing out", () => {
  const { prune, hostFile } = plan();
  assertEquals([prune, hostFile], [[], undefined]);
});

Deno.test("planRollback() refuses on a server that doesn't keep the release", () => {
  const [a, b] = [silentServer("a"), silentServer("b")];
  const journal = [release("5-e", { slot: "blue" })];
  const known = new Map([[a, deployed("6-f", "green", { journal })], [b, deployed("6-f", "green")]]);
  const inputs = { by: "", now: "", fences: new Map() };
  const planning = () => planRollback(config({ server: ["a", "b"] }), known, inputs);
  assertThrows(planning, AlcaideError, "Cannot roll back on b: it does not keep 5-e");
});

Deno.test("planRollback() brings servers that are split together, whichever is named first", () => {
  const behind = silentServer("a");
  const ahead = silentServer("b");
  const known = new Map([
    [behind, deployed("5-e", "blue", { journal: [release("4-d")] })],
    [ahead, deployed("6-f", "green", { journal: [release("5-e", { slot: "blue" })] })],
  ]);
  const inputs = { by: "", now: "", fences: new Map() };
  for (const asked of [undefined, "5-e"]) {
    const { release: chosen, servers } = planRollback(config({ server: ["a", "b"] }), known, {
      ...inputs,
      asked,
    });
    assertEquals([chosen, servers.get(behind)?.next, servers.get(ahead)?.next], ["5-e", "green", "blue"]);
    assertEquals(servers.get(behind)?.retire, []);
  }
});

Deno.test("planRollback() goes by what served before, on several servers as on one", () => {
  const servers = [silentServer("a"), silentServer("b")];
  const journal = [release("1-a"), release("2-b"), release("3-c")];
  const known = { ...deployed("4-d", "green", { journal }) };
  const live = release("4-d", { state: "live", slot: "green", previous: "1-a" });
  const facts = { ...known, journal: [...journal, live] };
  const made = planRollback(
    config({ server: ["a", "b"] }),
    new Map(servers.map((server) => [server, facts])),
    { by: "", now: "", fences: new Map() },
  );
  assertEquals([made.release, ...servers.map((s) => made.servers.get(s)?.app.release)], [
    "1-a",
    "1-a",
    "1-a",
  ]);
});

Deno.test("planRollback() links one that comes back to the one that it comes after", () => {
  const passed = { slot: "blue", rolledBack: true } as const;
  const journal = [
    ...[release("2-b", passed), release("7-g", { ...passed, previous: "2-b" })],
    release("8-h", { ...passed, previous: "7-g" }),
  ];
  const known = { ...deployed("6-f", "green", { journal }) };
  const forward = plan(known, "8");
  assertEquals([forward.linked?.previous, forward.record.previous, forward.linked?.state], [
    "6-f",
    "6-f",
    "retired",
  ]);
  assertEquals(plan().linked, undefined);
});

Deno.test("planRollback() refuses where nothing was deployed", () => {
  const planning = () =>
    planRollback(config(), new Map([[silentServer(), facts()]]), { by: "", now: "", fences: new Map() });
  assertThrows(planning, AlcaideError, "Cannot roll back: nothing is live");
});

Deno.test("planRollback() makes a jail of the kind that the release had", () => {
  const known = deployed("6-f", "green", {
    journal: [release("5-e", { config: { ...old, thin: true }, freebsd: "14.2-RELEASE" })],
  });
  const thin = plan({ journal: known.journal });
  assertEquals([thin.jail.base, thin.record.config.thin], ["/jails/.templates/.14.2-RELEASE.newest", true]);
  const copied = plan({}, undefined, { jail: { kind: "thin" } });
  assertEquals(["base" in copied.jail, "thin" in copied.record.config], [false, false]);
});
