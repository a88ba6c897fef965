// A server with an accessory that setup has made, and the plan for it.

import { postgresql } from "../../../lib/presets/postgresql.ts";
import type { UserAccessories } from "../../../lib/config/field/types.ts";
import type { Facts } from "../../../lib/server/facts.ts";
import { secret } from "../../../lib/core/secret.ts";
import { recordAccessory } from "../../../lib/setup/accessory_record.ts";
import { planAccessories } from "../../../lib/setup/accessories.ts";
import { accessorySpecOf, jailPlace } from "../../fake/accessories.ts";
import { config, facts, place } from "../../fake/facts.ts";

const project = { shown: "github.com/me/shop", names: ["github.com/me/shop"] };

export const inputs = { project, token: "t".repeat(32), key: "fresh", now: "2026-01-02T03:04:05.000Z" };

export const server = "203.0.113.7";

export const settings = (value: number) => Object.fromEntries([["max_connections", value]]);

export const db = (more = {}) =>
  postgresql({
    version: "16",
    volume: "/data/pg",
    password: secret("one"),
    settings: settings(100),
    ...more,
  });

export function plan(accessories: UserAccessories, known: Partial<Facts> = {}) {
  return planAccessories(config({ accessories }), facts(known), server, inputs);
}

/** A server on which setup has made an accessory. */
export async function made(accessory = db(), more: Partial<Facts> = {}): Promise<Facts> {
  const record = await recordAccessory(accessorySpecOf("db", accessory), {
    freebsd: "14.3-RELEASE",
    key: "k",
    since: inputs.now,
  });
  const host = { version: 1, apps: { shop: place }, jails: { shop_db: jailPlace } } as const;
  return facts({
    host,
    hostText: JSON.stringify(host),
    jails: [{ name: "shop_db", path: "/jails/shop_db", addresses: [jailPlace.address], dying: false }],
    base: [".templates", "shop_db"],
    trees: new Map([["/jails/shop_db", "shop_db"]]),
    jailFiles: new Map([["shop_db", ""]]),
    accessories: new Map([["shop_db", record]]),
    ...more,
  });
}

export const titles = (changes: readonly { title: string; reason: string }[]) =>
  changes.map(({ title, reason }) => `${title}: ${reason}`);
