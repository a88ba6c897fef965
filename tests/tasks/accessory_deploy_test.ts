// What a deploy needs of accessories, and what the app gets of them.

// @ts-types="../../types/std_assert.d.ts"
import { assertEquals, assertStringIncludes, assertThrows, fail } from "@std/assert";
import { service } from "../../lib/accessories/service.ts";
import { installApp } from "../../lib/commands/app.ts";
import type { UserConfig } from "../../lib/config/types.ts";
import { AlcaideError } from "../../lib/error.ts";
import type { Facts } from "../../lib/facts.ts";
import type { Remote } from "../../lib/remote.ts";
import { planDeploy } from "../../tasks/plan_deploy.ts";
import { accessoryRecord, config, facts, silentServer } from "../fake/facts.ts";

const inputs = {
  revision: { short: "1a2b3c4", commit: "1a2b3c4d", dirty: false },
  by: "me@here",
  now: "2026-01-02T03:04:05.000Z",
  artifact: "/tmp/artifact.tar.gz",
  token: "f".repeat(32),
  fences: new Map(),
};
const accessories = { db: service({ start: "run" }) };
const named: Remote = { ...silentServer(), name: "203.0.113.7" };
const planOn = (known: Facts, changes: Partial<UserConfig>) =>
  planDeploy(config(changes), new Map([[named, known]]), inputs).servers.get(named);
const recorded = { accessories: new Map([["shop_db", accessoryRecord()]]) };
const db = { name: "shop_db", path: "/jails/shop_db", addresses: ["10.66.0.4"], dying: false };

Deno.test("planDeploy() lets the app find its accessories by name", () => {
  const app = planOn(facts({ ...recorded, jails: [db] }), { accessories })?.app;
  assertEquals(app?.hosts, [{ address: "10.66.0.4", names: ["db", "db_jail"] }]);
  assertStringIncludes(installApp(app ?? fail()).text, "\n10.66.0.4 db db_jail\n");
});

Deno.test("planDeploy() wants no accessory that belongs to another server", () => {
  const two = { server: ["root@203.0.113.7", "root@203.0.113.8"] };
  const elsewhere = { db: service({ start: "run", server: "203.0.113.8" }) };
  assertEquals(planOn(facts(), { ...two, accessories: elsewhere })?.app.hosts, []);
});

Deno.test("planDeploy() refuses an app whose accessory is missing or stopped", () => {
  const missing = assertThrows(() => planOn(facts(), { accessories }), AlcaideError);
  assertEquals([missing.message, missing.hint], [
    "Cannot use 203.0.113.7: its accessory db is not set up",
    'Run "alcaide setup" first',
  ]);
  const stopped = assertThrows(() => planOn(facts(recorded), { accessories }), AlcaideError);
  assertEquals([stopped.message, stopped.hint], [
    "Cannot use 203.0.113.7: its accessory db does not run",
    'Start it with "alcaide accessory start db"',
  ]);
});
