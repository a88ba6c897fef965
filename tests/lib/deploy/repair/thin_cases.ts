// Disagreements about thin jails and images.

import type { Facts } from "../../../../lib/server/facts.ts";
import { fail } from "@std/assert";
import { parseImage } from "../../../../lib/server/images.ts";
import { release } from "../../../fake/facts.ts";
import { type Case, remains, well } from "./scene.ts";

const base = { at: "/jails/shop_blue/.base", type: "nullfs" };
const layer = { at: "/jails/shop_blue/usr/.local", type: "nullfs" };
const image = "shop.thin-0011223344556677.20260102T030405";

/** Its packages are those of an image. */
function layered(known: Facts, more: Partial<Facts> = {}): Facts {
  const config = { ...release("6-a").config, thin: true, image: { name: image, commands: [] } };
  const images = [parseImage(image) ?? fail("no image")];
  return { ...known, journal: [release("6-a", { state: "live", config })], images, ...more };
}

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
    name: "the packages of an image that a thin jail has lost",
    facts: layered(remains({ mounts: [...well.remains!.mounts, base] })),
    found: [
      `mount: /jails/alcaide_image_${image}/usr/.local is not mounted at /jails/shop_blue/usr/.local > ` +
      `Mount /jails/alcaide_image_${image}/usr/.local at /jails/shop_blue/usr/.local`,
    ],
  },
  {
    name: "nothing about a thin jail that has all it mounts",
    facts: layered(remains({ mounts: [...well.remains!.mounts, base, layer] })),
    found: [],
  },
  {
    name: "an image that a thin jail needs and that is gone",
    facts: layered(remains({ mounts: [...well.remains!.mounts, base, layer] }), { images: [] }),
    found: [`release: the image ${image} is not there, and jail shop_blue has its packages from it > -`],
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
