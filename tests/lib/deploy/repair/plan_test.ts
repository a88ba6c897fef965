import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { AlcaideError } from "../../../../lib/core/error.ts";
import type { Facts } from "../../../../lib/server/facts.ts";
import { planRepair } from "../../../../lib/deploy/repair/plan.ts";
import { config, deployed, facts, place, release, whole } from "../../../fake/facts.ts";

function plan(known: Facts) {
  return planRepair(config(), known, "web");
}

/** The script of the one repair. */
function command(known: Facts): string {
  const { changes } = plan(known);
  assertEquals(changes.length, 1);
  return changes[0]?.command.text ?? "";
}

Deno.test("planRepair() finds nothing where nothing was deployed", () => {
  assertEquals(plan(facts()), { changes: [], left: [], down: false });
});

Deno.test("planRepair() gives each repair the words of its disagreement", () => {
  const { changes, left } = plan({
    ...whole("6-a", "blue", { halves: new Map([["/jails/.shop_green.new", "theirs"]]) }),
    jails: [],
  });
  assertEquals(changes.map(({ title, reason }) => `${title}: ${reason}`), [
    "Unmount what is below /jails/shop_blue: /jails/shop_blue/dev and /jails/shop_blue/var/log/alcaide are mounted, and jail shop_blue does not run",
    "Take 10.66.0.2 off lo1: 10.66.0.2 is on lo1, and no jail has it",
    "Start jail shop_blue: jail shop_blue does not run",
  ]);
  assertEquals(left, [{
    says: "/jails/.shop_green.new exists, and alcaide did not make it",
    advice: "Move it away",
  }]);
});

Deno.test("planRepair() drops what a cut off release doesn't need, its secrets among it", () => {
  const text = command(deployed("6-a", "blue", { journal: [release("7-a", { state: "building" })] }));
  assertStringIncludes(text, "rm -rfx /var/db/alcaide/apps/shop/releases/7-a/artifact");
  assertStringIncludes(text, "/releases/7-a/env");
});

Deno.test("planRepair() stops no jail that has got the traffic meanwhile", () => {
  for (const { command } of plan(deployed("6-a", "blue", { both: true })).changes) {
    assertStringIncludes(command.text, "shop_green has the traffic, so it is left alone");
  }
});

Deno.test("planRepair() mounts through no link and over no file that was written meanwhile", () => {
  const known = whole("6-a", "blue");
  const text = command({
    ...known,
    remains: { ...known.remains!, mounts: [{ at: "/jails/shop_blue/dev", type: "devfs" }] },
  });
  assertStringIncludes(text, '[ "$(realpath "$at" 2>/dev/null)" != "$at" ]');
  assertStringIncludes(
    text,
    "holds files that were written there meanwhile: move them to /var/log/alcaide/shop",
  );
  assertStringIncludes(text, 'mount -t nullfs /var/log/alcaide/shop "$at"');
});

Deno.test("planRepair() gives a jail devfs back under its ruleset alone", () => {
  const known = whole("6-a", "blue");
  const mounts = known.remains!.mounts.slice(1);
  assertStringIncludes(
    command({ ...known, remains: { ...known.remains!, mounts } }),
    "mount -t devfs -o ruleset=4 devfs",
  );
});

Deno.test("planRepair() writes a site file with the ports of the releases", () => {
  const known = {
    ...whole("6-a", "blue"),
    journal: [release("6-a", { state: "live", config: { ...release("6-a").config, port: 5000 } })],
    sites: new Map(),
  };
  const text = command(known);
  assertStringIncludes(text, `reverse_proxy ${place.blue}:5000`);
  assertStringIncludes(text, `reverse_proxy ${place.green}:4000`);
  assertStringIncludes(text, "service caddy reload");
});

Deno.test("planRepair() leaves a contradiction to a person", () => {
  const known: Facts = {
    ...deployed("6-a", "blue"),
    routed: new Map([["shop", { slot: "green", release: "5-b" }]]),
  };
  const error = assertThrows(
    () => plan(known),
    AlcaideError,
    "Cannot repair shop on web: Caddy serves 6-a, the marker on disk names 5-b",
  );
  assertStringIncludes(error.hint ?? "", "service caddy reload");
});
