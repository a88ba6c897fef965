// Disagreements about thin jails and images.

import type { Facts } from "../../../../lib/server/facts.ts";
import { release } from "../../../fake/facts.ts";
import { type Case, remains, well } from "./scene.ts";

const base = { at: "/jails/shop_blue/.base", type: "nullfs" };

/** The live release has a thin jail. */
function thin(known: Facts, more: Partial<Facts> = {}): Facts {
  const config = { ...release("6-a").config, thin: true };
  return { ...known, journal: [release("6-a", { state: "live", config })], ...more };
}

/** Disagreements about thin jails and images. */
export const thinCases: readonly Case[] = [
  {
    name: "an image that is not whole",
    facts: { ...well, trees: new Map([...well.trees, ["/jails/shop__image", "shop__image"]]) },
    found: [
      "half: /jails/shop__image is there: the making of an image was cut off > Remove jail shop__image",
    ],
  },
  {
    name: "the base system that a thin jail has lost",
    facts: thin(well),
    found: [
      "mount: /jails/.templates/.14.3-RELEASE.newest is not mounted at /jails/shop_blue/.base > Mount /jails/.templates/.14.3-RELEASE.newest at /jails/shop_blue/.base",
    ],
  },
  {
    name: "nothing about a thin jail that has it, whatever the next is to be",
    facts: thin(remains({ mounts: [...well.remains!.mounts, base] })),
    user: { jail: { kind: "copied" } },
    found: [],
  },
  {
    name: "nothing about a copy, whatever the next is to be",
    facts: well,
    user: { jail: { kind: "thin" } },
    found: [],
  },
  {
    name: "the base system of a thin jail that does not run",
    facts: thin(remains({ mounts: [base] }), { jails: [] }),
    found: [
      "mount: /jails/shop_blue/.base is mounted, and jail shop_blue does not run > Unmount what is below /jails/shop_blue",
      "address: 10.66.0.2 is on lo1, and no jail has it > Take 10.66.0.2 off lo1",
      "stopped: jail shop_blue does not run > Start jail shop_blue",
    ],
  },
];
