// Disagreements of a server as a whole, and what is none.

import { dataset } from "../../../fake/datasets.ts";
import { facts, place, setupFacts } from "../../../fake/facts.ts";
import { accessory, blog, type Case, holder, idle, nobody, remains, setup, well } from "./scene.ts";

/** Disagreements of a server as a whole, and what is none. */
export const serverCases: readonly Case[] = [
  { name: "a server on which all agrees", facts: well, found: [] },
  { name: "a kept release in the idle slot", facts: idle({}), found: [] },
  { name: "a server without the app", facts: facts({ setup: setupFacts() }), found: [] },
  {
    name: "the interface",
    facts: setup({ interfaces: ["vtnet0"], loopback: "" }),
    found: [
      "interface: lo1 is not there > Make the interface lo1",
      "address: 10.66.0.2 of jail shop_blue is not on lo1 > Give jail shop_blue its address",
    ],
  },
  {
    name: "the interface in rc.conf",
    facts: setup({ rc: { ...setupFacts().rc, cloned_interfaces: "" } }),
    found: ["interface: lo1 would not be there after a reboot > Make the interface lo1"],
  },
  {
    name: "pf that is off",
    facts: setup({ pf: { ...setupFacts().pf, enabled: false } }),
    found: [
      "pf: jails can't reach the outside: pf's rules for them are not in force > Let jails reach the outside",
    ],
  },
  {
    name: "pf that no boot starts",
    facts: setup({ rc: { ...setupFacts().rc, pf_enable: "NO" } }),
    found: [
      "pf: jails can't reach the outside: pf's rules for them are not in force > Let jails reach the outside",
    ],
  },
  {
    name: "pf's rules that were flushed",
    facts: setup({ pf: { ...setupFacts().pf, translates: false } }),
    found: ["pf: pf does not have the jails' rules loaded > Load the jails' rules"],
  },
  {
    name: "the boot script",
    facts: setup({ bootScript: "" }),
    found: ["boot: live jails would not start after a reboot > Install the boot script"],
  },
  {
    name: "a boot script of another version",
    facts: setup({ bootScript: "#!/bin/sh\n" }),
    found: ["boot: the boot script is of another version of Alcaide > Install the boot script"],
  },
  {
    name: "Caddy in rc.conf",
    facts: setup({ rc: { ...setupFacts().rc, caddy_enable: "NO" } }),
    found: ["enable: Caddy would not run after a reboot > Enable Caddy"],
  },
  {
    name: "a jail that is dying",
    facts: {
      ...idle({}),
      jails: [...well.jails, { name: "shop_green", path: "/jails/shop_green", addresses: [], dying: true }],
    },
    found: [],
  },
  {
    name: "an address of nobody's",
    facts: setup({ loopback: `${well.setup!.loopback}\tinet 10.66.0.99 netmask 0xffffffff\n` }),
    found: [],
  },
  {
    name: "a lock whose holder is gone",
    facts: remains({ lock: { held: false, holder } }),
    found: ["lock: me@here since 2026-01-02T03:04:05Z (deploy) was cut off > -"],
  },
  {
    name: "nothing but the holder while a deploy is at work",
    facts: { ...idle({ state: "building" }), remains: { ...well.remains!, lock: { held: true, holder } } },
    found: ["lock: me@here since 2026-01-02T03:04:05Z (deploy) is at work > -"],
  },
  {
    name: "Caddy in rc.conf, before it is started",
    facts: {
      ...setup({ rc: { ...setupFacts().rc, caddy_enable: "NO" } }),
      ...{ live: nobody, caddy: { ...well.caddy, running: false } },
    },
    found: [
      "enable: Caddy would not run after a reboot > Enable Caddy",
      "caddy: Caddy does not run > Start Caddy",
    ],
  },
  {
    name: "a dataset that is not mounted",
    facts: {
      ...setup({
        rc: { ...setupFacts().rc, zfs_enable: "YES" },
        datasets: [
          dataset("z/jails", { mountpoint: "/jails" }),
          dataset("z/jails/shop_blue", { mounted: false }),
          dataset("z/jails/shop_green", { mounted: false }),
          dataset("z/jails/shop_build", { mounted: false }),
        ],
        loopback: "",
      }),
      ...{ dataset: "z/jails", trees: new Map(), base: [], jails: [] },
      remains: {
        ...well.remains!,
        mounts: [],
        marks: new Map([["z/jails/shop_blue", "shop_blue"], ["z/jails/shop_build", "theirs"]]),
      },
    },
    found: [
      "dataset: the dataset z/jails/shop_blue is not mounted > Mount z/jails/shop_blue",
      "stopped: jail shop_blue does not run > Start jail shop_blue",
    ],
  },
  {
    name: "a base path whose dataset is not mounted",
    facts: setup({ datasets: [dataset("z/jails", { mountpoint: "/jails", mounted: false })] }),
    found: ["dataset: the dataset z/jails belongs at /jails and is not mounted > -"],
  },
  {
    name: "ZFS in rc.conf",
    facts: { ...well, dataset: "z/jails" },
    found: ["enable: ZFS would not be mounted after a reboot > Mount ZFS at boot"],
  },
  { name: "an accessory that runs", facts: accessory(true), found: [] },
  {
    name: "nothing of an app whose name begins alike",
    facts: {
      ...well,
      host: {
        version: 1,
        apps: { shop: place, shop_admin: blog },
        jails: { shop_admin_build: { address: "10.66.0.10", uid: 1 } },
      },
      trees: new Map([...well.trees, ["/jails/shop_admin_build", "shop_admin_build"]]),
    },
    found: [],
  },
];
