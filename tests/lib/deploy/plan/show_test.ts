import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { UserConfig } from "../../../../lib/config/field/types.ts";
import type { Facts } from "../../../../lib/server/facts.ts";
import { planDeploy } from "../../../../lib/deploy/plan/deploy.ts";
import { planJson, planText } from "../../../../lib/deploy/plan/show.ts";
import { config, deployed, facts, place, silentServer } from "../../../fake/facts.ts";
import { planInputs } from "../../../fake/plan.ts";

function plan(known: Facts, changes: Partial<UserConfig> = {}, dirty = false) {
  const revision = { ...planInputs.revision, dirty };
  return planDeploy(config(changes), new Map([[silentServer(), known]]), { ...planInputs, revision });
}

Deno.test("planText() tells what the first deploy would do", () => {
  const text = planText(plan(facts()));
  for (
    const part of [
      "Release 1-1a2b3c4 from commit 1a2b3c4\n",
      "Build: /home/me/shop/dist\n",
      "jail shop_blue at 10.66.0.2, port 4000, a copy of the base system in /jails/.templates/14.3-RELEASE",
      "nothing is live yet",
      "+ # app: shop",
    ]
  ) assertStringIncludes(text, part);
});

Deno.test("planText() says how the jail gets its base system", () => {
  const says = (known: Facts) =>
    /port 4000, (.*)/.exec(planText(plan(known, { jail: { kind: "thin" } })))?.[1];
  assertEquals([says(facts()), says(facts({ dataset: "z/jails" }))], [
    "thin, on the base system in /jails/.templates/14.3-RELEASE",
    "a clone of the base system in /jails/.templates/14.3-RELEASE",
  ]);
});

Deno.test("planText() and planJson() name the assets", () => {
  const assets = { path: "/assets", from: "public/assets" };
  const made = plan(facts(), { assets });
  assertStringIncludes(
    planText(made),
    "assets: Caddy serves public/assets of each kept release as /assets\n",
  );
  assertEquals([planJson(made)[0]?.assets, planJson(plan(facts()))[0]?.assets], [assets, undefined]);
});

Deno.test("planText() says that a first deploy has no guard", () => {
  const says = "nothing is live yet: without a release to go back to there is no guard";
  assertStringIncludes(planText(plan(facts(), { guard: {} })), says);
  assertEquals(planText(plan(deployed("6-a", "blue"), { guard: {} })).includes(says), false);
});

Deno.test("planText() tells what is live, and that Caddy needs no reload", () => {
  const text = planText(plan(deployed("6-a", "blue")));
  assertStringIncludes(text, "now live: 6-a in shop_blue");
  assertStringIncludes(text, "site file: stays as it is, Caddy is not reloaded");
});

Deno.test("planText() shows how the site file would change", () => {
  const text = planText(plan(deployed("6-a", "blue"), { domain: "shop.lan", tls: "off" }));
  assertStringIncludes(text, "    - http:// {\n    + http://shop.lan {\n");
});

Deno.test("planText() names commands, volumes, and a tree with changes", () => {
  const text = planText(
    plan(facts(), { migrate: "bin/migrate", beforeStart: ["bin/warm"], volumes: ["/d:/data"] }, true),
  );
  assertMatch(text, /from commit 1a2b3c4, with changes that are not committed/);
  for (const part of ["migrate: bin/migrate", "before the start: bin/warm", "volumes: /d as /data"]) {
    assertStringIncludes(text, part);
  }
});

for (const [name, show] of [["planText", planText], ["planJson", planJson]] as const) {
  Deno.test(`${name}() shows no token`, () => {
    const texts = [plan(facts()), plan(deployed("6-a", "blue"), { jail: { port: 1 } })].map((one) =>
      JSON.stringify(show(one))
    );
    assertEquals(texts.some((text) => text.includes("f".repeat(32)) || text.includes(place.token)), false);
  });
}

Deno.test("planText() and planJson() show schedules", () => {
  const made = plan(facts(), { schedule: { cleanup: { at: "@daily", run: "bin/shop cleanup" } } });
  assertStringIncludes(planText(made), "\n  schedule cleanup, by cron at 0 0 * * *: bin/shop cleanup\n");
  assertEquals(planJson(made)[0]?.["schedules"], [{
    name: "cleanup",
    at: "0 0 * * *",
    run: "bin/shop cleanup",
  }]);
});
