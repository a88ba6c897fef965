// Accessories in the plan of a deploy, and the app's variables from them.

import { assert, assertEquals, assertStringIncludes, assertThrows, fail } from "@std/assert";
import { service } from "../../../../lib/presets/service.ts";
import { installApp } from "../../../../lib/commands/app/app.ts";
import type { UserConfig } from "../../../../lib/config/field/types.ts";
import { AlcaideError } from "../../../../lib/core/error.ts";
import type { Facts } from "../../../../lib/server/facts.ts";
import type { Remote } from "../../../../lib/remote/remote.ts";
import { accessoryRecord, config, facts, place, silentServer } from "../../../fake/facts.ts";
import { fakeContext } from "../../../fake/context.ts";
import { planOn } from "../../../fake/plan.ts";
import { accessorySpecOf, jailPlace } from "../../../fake/accessories.ts";
import { postgresql } from "../../../../lib/presets/postgresql.ts";
import { secret } from "../../../../lib/core/secret.ts";
import { warnOfDrift } from "../../../../lib/setup/accessory_drift.ts";
import { recordAccessory } from "../../../../lib/setup/accessory_record.ts";

const accessories = { db: service({ start: "run" }) };
const named: Remote = { ...silentServer(), name: "203.0.113.7" };
const plan = (known: Facts, changes: Partial<UserConfig>) => planOn(named, config(changes), known);
const recorded = { accessories: new Map([["shop_db", accessoryRecord()]]) };
const db = { name: "shop_db", path: "/jails/shop_db", addresses: ["10.66.0.4"], dying: false };

Deno.test("planDeploy() lets the app find its accessories by name", () => {
  const app = plan(facts({ ...recorded, jails: [db] }), { accessories })?.app;
  assertEquals(app?.hosts, [{ address: "10.66.0.4", names: ["db", "db_jail"] }]);
  assertStringIncludes(installApp(app ?? fail()).text, "\n10.66.0.4 db db_jail\n");
});

Deno.test("planDeploy() wants no accessory that belongs to another server", () => {
  const two = { server: ["root@203.0.113.7", "root@203.0.113.8"] };
  const elsewhere = { db: service({ start: "run", server: "203.0.113.8" }) };
  assertEquals(plan(facts(), { ...two, accessories: elsewhere })?.app.hosts, []);
});

Deno.test("planDeploy() refuses an app whose accessory is missing or stopped", () => {
  const missing = assertThrows(() => plan(facts(), { accessories }), AlcaideError);
  assertEquals([missing.message, missing.hint], [
    "Cannot use 203.0.113.7: its accessory db is not set up",
    'Run "alcaide setup" first',
  ]);
  const stopped = assertThrows(() => plan(facts(recorded), { accessories }), AlcaideError);
  assertEquals([stopped.message, stopped.hint], [
    "Cannot use 203.0.113.7: its accessory db does not run",
    'Start it with "alcaide accessory start db"',
  ]);
});

/** The messages of a deploy where a database was set up with other options than the configuration has. */
async function saidOfDrift(options: Partial<Parameters<typeof postgresql>[0]>) {
  const before = { version: "16", volume: "/data/pg", password: secret("first") };
  const spec = accessorySpecOf("db", postgresql(before));
  const record = await recordAccessory(spec, { freebsd: "14.3-RELEASE", key: "k", since: "" });
  const host: Facts["host"] = { version: 1, apps: { shop: place }, jails: { ["shop_db"]: jailPlace } };
  const known = facts({
    accessories: new Map([["shop_db", record]]),
    jails: [db],
    jailFiles: new Map([["shop_db", ""]]),
    host,
    hostText: JSON.stringify(host),
  });
  const ctx = fakeContext({ config: { accessories: { db: postgresql({ ...before, ...options }) } } });
  await warnOfDrift(ctx, new Map([[named, known]]));
  return ctx.ui.events.flatMap((event) => event.type === "warning" ? [`${event.text}. ${event.hint}`] : []);
}

Deno.test("a deploy says what setup has not done yet, without what is secret", async () => {
  const hint = 'Run "alcaide setup" before the deploy if the release needs it';
  assertEquals(await saidOfDrift({}), []);
  assertEquals(await saidOfDrift({ password: secret("second") }), [
    `203.0.113.7: setup has not done this yet: Change db: password changed. ${hint}`,
  ]);
  const [refused = ""] = await saidOfDrift({ version: "17" });
  assert(refused.startsWith("Cannot set up db on 203.0.113.7: it is postgresql 16 there, 17"), refused);
});
