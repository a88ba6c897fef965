/**
 * Accessories on a server that has given them a place.
 */

import { accessoryPlace, accessorySpec } from "../../lib/server/accessories.ts";
import type { AccessorySpec } from "../../lib/commands/accessory/files.ts";
import type { UserAccessory } from "../../lib/config/field/types.ts";
import { config, place } from "./facts.ts";

/** The settings of an accessory. */
export const jailPlace = { address: "10.66.0.4", uid: 60001 };

/** An accessory of `shop` as setup makes it. */
export function accessorySpecOf(name: string, accessory: UserAccessory): AccessorySpec {
  const resolved = config({ accessories: { [name]: accessory } }).accessories[name];
  if (resolved === undefined) throw new Error(`${name} is not there`);
  return accessorySpec(
    resolved,
    accessoryPlace("shop", resolved, { app: place, jail: jailPlace, made: false }),
    {
      path: `/jails/shop_${name}`,
      freebsd: "14.3-RELEASE",
      basePath: "/jails",
      dataset: undefined,
    },
  );
}
