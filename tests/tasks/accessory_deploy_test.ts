// What a deploy needs of accessories, and what the app gets of them.

// @ts-types="../../types/std_assert.d.ts"
import { assertEquals, assertStringIncludes, assertThrows, fail } from "@std/assert";
import { service } from "../../lib/accessories/service.ts";
import { installApp } from "../../lib/commands/app.ts";
import type { UserConfig } from "../../lib/config/types.ts";
import { AlcaideError } from "../../lib/error.ts";
import type { Facts } from "../../lib/facts.ts";
import type { Remote } from "../../lib/remote.ts";
import { accessoryRecord, config, facts, silentServer } from "../fake/facts.ts";
import { planOn } from "../fake/plan.ts";

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
