// Servers on which something does not agree, for tables of cases.

import type { UserConfig } from "../../../../lib/config/field/types.ts";
import type { Facts, SetupFacts } from "../../../../lib/server/facts.ts";
import type { Remains } from "../../../../lib/server/remains.ts";
import { accessoryRecord, place, release, setupFacts, siteOf, whole } from "../../../fake/facts.ts";

/** A server on which all agrees. */
export const well = whole("6-a", "blue");

/** The same with other remains. */
export function remains(changes: Partial<Remains>): Facts {
  return whole("6-a", "blue", changes);
}

/** The same with other facts for setup. */
export function setup(changes: Partial<SetupFacts>): Facts {
  return { ...well, setup: setupFacts({ loopback: well.setup!.loopback, ...changes }) };
}

/** The idle slot has a jail that is stopped, with a release. */
export function idle(journal: Parameters<typeof release>[1] | undefined, holds = "5-a"): Facts {
  return {
    ...well,
    base: [...well.base, "shop_green"],
    trees: new Map([...well.trees, ["/jails/shop_green", "shop_green"]]),
    jailFiles: new Map([...well.jailFiles, ["shop_green", holds]]),
    journal: [...well.journal, ...journal ? [release("5-a", { slot: "green", ...journal })] : []],
  };
}

/** An accessory whose jail runs, or not. */
export function accessory(runs: boolean, more: Partial<Facts> = {}): Facts {
  const jail = { name: "shop_db", path: "/jails/shop_db", addresses: ["10.66.0.4"], dying: false };
  const mounts = ["dev", "var/log/alcaide", "data"].map((at) => ({
    at: `/jails/shop_db/${at}`,
    type: "nullfs",
  }));
  return {
    ...well,
    host: { version: 1, apps: { shop: place }, jails: { shop_db: { address: "10.66.0.4", uid: 60001 } } },
    accessories: new Map([["shop_db", accessoryRecord()]]),
    jails: [...well.jails, ...runs ? [jail] : []],
    base: [...well.base, "shop_db"],
    trees: new Map([...well.trees, ["/jails/shop_db", "shop_db"]]),
    jailFiles: new Map([...well.jailFiles, ["shop_db", ""]]),
    setup: setupFacts({
      loopback: `${well.setup!.loopback}${runs ? "\tinet 10.66.0.4 netmask 0xffffffff\n" : ""}`,
    }),
    remains: { ...well.remains!, mounts: [...well.remains!.mounts, ...runs ? mounts : []] },
    ...more,
  };
}

/** Addresses of another app. */
export const blog = { ...place, blue: "10.66.0.8", green: "10.66.0.9" };
/** No word of Caddy, no marker. */
export const nobody = new Map<string, never>();
/** A lock's holder. */
export const holder = { by: "me@here", since: "2026-01-02T03:04:05Z", what: "deploy" };
/** A site file that somebody changed. */
export const edited = siteOf().replace(`${place.blue}:4000`, "10.1.1.1:4000");

/** A server, and what disagrees there. */
export interface Case {
  readonly name: string;
  readonly facts: Facts;
  readonly user?: Partial<UserConfig>;
  /** Each kind with its words and its repair; a `-` is left to a person, nothing ends with another. */
  readonly found: readonly string[];
}
