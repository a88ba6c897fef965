import { assertEquals } from "@std/assert";
import { disagreements } from "../../../../lib/deploy/repair/disagreements.ts";
import { statusOf } from "../../../../lib/running/status.ts";
import { config, deployed } from "../../../fake/facts.ts";
import { assetCases } from "./asset_cases.ts";
import { jailCases } from "./jail_cases.ts";
import { scheduleCases } from "./schedule_cases.ts";
import { serverCases } from "./server_cases.ts";
import { thinCases } from "./thin_cases.ts";
import { trafficCases } from "./traffic_cases.ts";

for (
  const { name, facts: known, user, found } of [
    ...serverCases,
    ...trafficCases,
    ...jailCases,
    ...scheduleCases,
    ...thinCases,
    ...assetCases,
  ]
) {
  Deno.test(`disagreements() finds ${name}`, () => {
    const rows = disagreements(config(user), known);
    assertEquals(
      rows.map(({ kind, says, repair, leave }) =>
        `${kind}: ${says}${repair ? ` > ${repair.title}` : leave ? " > -" : ""}`
      ),
      found,
    );
    assertEquals(statusOf(config(user), "web", known, "200").problems, rows.map(({ says }) => says));
  });
}

Deno.test("disagreements() says nothing in error where facts were not asked for", () => {
  assertEquals(disagreements(config(), deployed("6-a", "blue")), []);
});
