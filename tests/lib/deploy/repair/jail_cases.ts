// Disagreements about jails, trees and releases.

import type { Facts } from "../../../../lib/server/facts.ts";
import { release } from "../../../fake/facts.ts";
import { accessory, type Case, idle, remains, setup, well } from "./scene.ts";

/** A tree that an upgrade left, with its mark. */
function cutUpgrade(path: string, mark: string): Partial<Facts> {
  return {
    remains: {
      ...accessory(path.endsWith(".next") || mark === "").remains!,
      halves: new Map([[path, mark]]),
    },
  };
}

/** Disagreements about jails, trees and releases. */
export const jailCases: readonly Case[] = [
  {
    name: "the live jail",
    facts: { ...setup({ loopback: "" }), jails: [], remains: { ...well.remains!, mounts: [] } },
    found: ["stopped: jail shop_blue does not run > Start jail shop_blue"],
  },
  {
    name: "the live jail's files",
    facts: { ...well, jailFiles: new Map() },
    found: [
      "files: the files of jail shop_blue are gone, so it would not start at boot > Write the files of jail shop_blue",
    ],
  },
  {
    name: "the live jail's fstab",
    facts: remains({ jailFiles: ["shop_blue.conf"] }),
    found: [
      "files: the files of jail shop_blue are gone, so it would not start at boot > Write the files of jail shop_blue",
    ],
  },
  {
    name: "the live jail's tree",
    facts: { ...well, trees: new Map(), base: [] },
    found: ["release: /jails/shop_blue is not there. Is its disk mounted, its pool imported? > -"],
  },
  {
    name: "another release in the live jail",
    facts: { ...well, jailFiles: new Map([["shop_blue", "4-a"]]) },
    found: ["release: jail shop_blue holds 4-a, the marker names 6-a > -"],
  },
  {
    name: "a jail without the traffic that runs",
    facts: {
      ...idle({}),
      jails: [...well.jails, { name: "shop_green", path: "/jails/shop_green", addresses: [], dying: false }],
    },
    found: ["running: jail shop_green runs and has no traffic > Stop jail shop_green"],
  },
  {
    name: "a jail of that name that is somebody else's",
    facts: {
      ...well,
      jails: [...well.jails, { name: "shop_green", path: "/else", addresses: [], dying: false }],
    },
    found: ["foreign: the jail shop_green exists, and alcaide did not make it > -"],
  },
  {
    name: "a directory of that name that is somebody else's",
    facts: { ...well, base: [...well.base, "shop_green"] },
    found: ["foreign: /jails/shop_green exists, and alcaide did not make it > -"],
  },
  {
    name: "a build jail that runs",
    facts: {
      ...well,
      host: { ...well.host, jails: { shop_build: { address: "10.66.0.5", uid: 60002 } } },
      trees: new Map([...well.trees, ["/jails/shop_build", "shop_build"]]),
      jails: [...well.jails, {
        name: "shop_build",
        path: "/jails/shop_build",
        addresses: ["10.66.0.5"],
        dying: false,
      }],
    },
    found: ["running: jail shop_build runs, and its build was cut off > Stop jail shop_build"],
  },
  {
    name: "mounts of a jail that does not run",
    facts: {
      ...idle({}),
      remains: {
        ...well.remains!,
        mounts: [...well.remains!.mounts, { at: "/jails/shop_green/dev", type: "devfs" }],
      },
    },
    found: [
      "mount: /jails/shop_green/dev is mounted, and jail shop_green does not run > Unmount what is below /jails/shop_green",
    ],
  },
  {
    name: "a mount that is somebody else's",
    facts: {
      ...idle({}),
      remains: {
        ...well.remains!,
        mounts: [...well.remains!.mounts, { at: "/jails/shop_green/mnt", type: "nfs" }],
      },
    },
    found: ["mount: alcaide did not mount /jails/shop_green/mnt > -"],
  },
  {
    name: "mounts that the live jail has lost",
    facts: {
      ...remains({ mounts: [] }),
      journal: [
        release("6-a", {
          state: "live",
          config: { ...release("6-a").config, volumes: [{ host: "/data", jail: "/data" }] },
        }),
      ],
    },
    found: [
      "mount: devfs is not mounted at /jails/shop_blue/dev > Mount devfs at /jails/shop_blue/dev",
      "mount: /var/log/alcaide/shop is not mounted at /jails/shop_blue/var/log/alcaide > Mount /var/log/alcaide/shop at /jails/shop_blue/var/log/alcaide",
      "mount: /data is not mounted at /jails/shop_blue/data > Mount /data at /jails/shop_blue/data",
    ],
  },
  {
    name: "an address that a jail left",
    facts: setup({ loopback: `${well.setup!.loopback}\tinet 10.66.0.3 netmask 0xffffffff\n` }),
    found: ["address: 10.66.0.3 is on lo1, and no jail has it > Take 10.66.0.3 off lo1"],
  },
  {
    name: "a copy and a deletion that were cut off",
    facts: remains({
      halves: new Map([["/jails/.shop_green.new", "shop_green"], [
        "/jails/shop_green.gone",
        "shop_green.gone",
      ], ["/jails/.shop_blue.new", "empty"]]),
    }),
    found: [
      "half: /jails/.shop_blue.new is there: its copying was cut off > Remove /jails/.shop_blue.new",
      "half: /jails/.shop_green.new is there: its copying was cut off > Remove /jails/.shop_green.new",
      "half: /jails/shop_green.gone is there: its deletion was cut off > Remove /jails/shop_green.gone",
    ],
  },
  {
    name: "an upgrade of an accessory that was cut off while it copied",
    facts: accessory(true, cutUpgrade("/jails/shop_db.next", "shop_db.next")),
    found: ["accessory: an upgrade of db was cut off, or is at work > Clear up the upgrade of db"],
  },
  {
    name: "an upgrade of an accessory that was cut off in the exchange",
    facts: accessory(false, {
      ...cutUpgrade("/jails/shop_db.old", "shop_db"),
      trees: new Map(well.trees),
      jailFiles: new Map(well.jailFiles),
    }),
    found: ["accessory: an upgrade of db was cut off, or is at work > Clear up the upgrade of db"],
  },
  {
    name: "files of an accessory that an upgrade kept",
    facts: accessory(true, {
      remains: {
        ...accessory(true).remains!,
        jailFiles: ["shop_blue.conf", "shop_blue.fstab", "shop_db.conf.kept"],
      },
    }),
    found: ["accessory: an upgrade of db was cut off, or is at work > Clear up the upgrade of db"],
  },
  {
    name: "a tree of an upgrade's name that is somebody else's",
    facts: accessory(true, cutUpgrade("/jails/shop_db.old", "")),
    found: ["foreign: /jails/shop_db.old exists, and alcaide did not make it > -"],
  },
  {
    name: "a half that is somebody else's",
    facts: remains({
      halves: new Map([["/jails/.shop_green.new", ""], ["/jails/.blog_blue.new", "blog_blue.new"]]),
    }),
    found: ["foreign: /jails/.shop_green.new exists, and alcaide did not make it > -"],
  },
  {
    name: "a tree of a failed release",
    facts: idle({ state: "failed" }),
    found: ["tree: jail shop_green holds no good release > Remove jail shop_green"],
  },
  {
    name: "a release that has served, whatever its record says",
    facts: idle({ state: "ready", liveAt: "2026-01-02T03:04:05.000Z" }),
    found: ["lost: the journal says 5-a is ready, and it has served > -"],
  },
  {
    name: "a tree without a record",
    facts: idle(undefined),
    found: ["tree: jail shop_green holds no good release > Remove jail shop_green"],
  },
  {
    name: "jail's files without a tree",
    facts: { ...well, jailFiles: new Map([...well.jailFiles, ["shop_green", "5-a"]]) },
    found: ["files: jail shop_green has files and no tree > Remove the files of jail shop_green"],
  },
  {
    name: "a live release that the journal does not know",
    facts: { ...well, journal: [] },
    found: ["unknown: the journal does not know 6-a > -"],
  },
  {
    name: "records that say something else",
    facts: {
      ...well,
      journal: [
        release("6-a", { state: "ready" }),
        release("5-a", { state: "live" }),
        release("7-a", { state: "building" }),
      ],
    },
    found: [
      "state: the journal says 6-a is ready > Record that 6-a is live",
      "journal: the journal says 5-a is live, and it has no traffic > Record that 5-a is retired",
      "journal: the journal says 7-a is building, and its deploy was cut off > Record that 7-a is failed",
    ],
  },
  {
    name: "files of releases",
    facts: {
      ...remains({
        releases: new Map([["7-a", []], ["notes", ["x"]], ["5-a", ["env", "release.json"]], ["4-a", [
          "artifact",
          "release.json",
        ]]]),
      }),
      journal: [...well.journal, release("5-a"), release("4-a", { state: "failed" })],
    },
    found: [
      "journal: release 7-a has no record that can be read > Forget 7-a",
      "foreign: alcaide did not make /var/db/alcaide/apps/shop/releases/notes > -",
      "artifact: the artifact or environment of 5-a is gone > -",
      "artifact: release 4-a failed, and its artifact or environment is still there > Remove what 4-a left",
    ],
  },
  {
    name: "an accessory that does not run",
    facts: accessory(false),
    found: ["accessory: the accessory db does not run > Start db"],
  },
  {
    name: "an accessory whose jail has no files",
    facts: accessory(false, { jailFiles: well.jailFiles }),
    found: ["accessory: the accessory db does not run, and the files of its jail are gone > -"],
  },
  {
    name: "an accessory without a record",
    facts: accessory(false, { accessories: new Map() }),
    found: ["accessory: the accessory db is only half made > -"],
  },
];
