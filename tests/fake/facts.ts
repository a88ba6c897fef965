/**
 * Configurations, facts, releases and servers to make plans of.
 *
 * @module
 */

import type { AccessoryRecord } from "../../lib/commands/accessory/record.ts";
import { bootText } from "../../lib/commands/server/boot.ts";
import { importLine } from "../../lib/commands/caddy/caddyfile.ts";
import { pfText } from "../../lib/commands/server/network.ts";
import { pfFile } from "../../lib/commands/paths.ts";
import { rotationText } from "../../lib/commands/server/rotation.ts";
import { siteText } from "../../lib/commands/caddy/site.ts";
import { resolveConfig } from "../../lib/config/resolve.ts";
import type { Config, UserConfig } from "../../lib/config/field/types.ts";
import type { Facts, SetupFacts } from "../../lib/server/facts.ts";
import type { AppAllocation } from "../../lib/server/host_state.ts";
import type { Release } from "../../lib/core/release.ts";
import type { Remains } from "../../lib/server/remains.ts";
import { type Remote, remote } from "../../lib/remote/remote.ts";
import type { Slot } from "../../lib/core/slot.ts";

/** The allocation of the app `shop`. */
export const place: AppAllocation = {
  uid: 60000,
  blue: "10.66.0.2",
  green: "10.66.0.3",
  token: "0123456789abcdef0123456789abcdef",
};

/** A resolved configuration of the app `shop`. */
export function config(changes: Partial<UserConfig> = {}): Config {
  const user = { app: "shop", server: "root@203.0.113.7", build: { prebuilt: "dist" }, ...changes };
  return resolveConfig(user, { directory: "/home/me/shop" });
}

/** A server that must not be spoken to. */
export function silentServer(name = "root@203.0.113.7"): Remote {
  const exec = () => Promise.reject(new Error(`${name} was spoken to`));
  return remote(name, { transport: { exec, [Symbol.asyncDispose]: () => Promise.resolve() } });
}

/** A record of the journal. */
export function release(id: string, changes: Partial<Release> = {}): Release {
  return {
    id,
    app: "shop",
    state: "retired",
    slot: "blue",
    createdAt: "2026-01-02T03:04:05.000Z",
    by: "me@here",
    revision: { short: "1a2b3c4", commit: "1a2b3c4d", dirty: false },
    artifact: { sha256: "00", size: 1 },
    freebsd: "14.3-RELEASE",
    env: "",
    config: {
      start: "bin/shop start",
      port: 4000,
      packages: [],
      volumes: [],
      health: { path: "/", status: [200, 399], timeout: 60_000, interval: 1000 },
    },
    ...changes,
  };
}

/** Setup's record of an accessory of `shop`. */
export function accessoryRecord(name = "db", changes: Partial<AccessoryRecord> = {}): AccessoryRecord {
  return {
    version: 1,
    app: "shop",
    name,
    kind: "service",
    release: "",
    jail: `shop_${name}`,
    path: `/jails/shop_${name}`,
    address: "10.66.0.4",
    ports: [7700],
    volumes: [`/data/${name}:/data`],
    packages: [],
    freebsd: "14.3-RELEASE",
    since: "2026-01-02T03:04:05.000Z",
    key: "key",
    shown: {},
    prints: { jail: "", files: "", apply: "", health: "" },
    ...changes,
  };
}

/** The site file of `shop`, or of another app at other domains. */
export function siteOf(app = "shop", domains: readonly string[] = [], paths: readonly string[] = []): string {
  return siteText({
    app,
    blue: `${place.blue}:4000`,
    green: `${place.green}:4000`,
    domains,
    tls: { kind: "off" },
    token: place.token,
    paths,
    caddy: "2.9.1",
  });
}

/** A server that `setup` has prepared and that nothing was deployed to. */
export function facts(changes: Partial<Facts> = {}): Facts {
  return {
    os: "FreeBSD",
    machine: "amd64",
    arch: "amd64",
    release: "14.3-RELEASE",
    userland: "14.3-RELEASE",
    versions: new Map(),
    now: 1_767_323_045,
    jails: [],
    templates: ["14.3-RELEASE"],
    trees: new Map(),
    base: [".templates"],
    dataset: undefined,
    images: [],
    free: 20_000_000_000,
    resolvers: ["203.0.113.53"],
    host: { version: 1, apps: {} },
    hostText: "",
    jailFiles: new Map(),
    journal: [],
    builds: new Map(),
    accessories: new Map(),
    ill: new Set(),
    counts: false,
    limits: new Map(),
    sites: new Map(),
    routed: new Map(),
    spare: new Map(),
    live: new Map(),
    caddy: { version: "2.9.1", running: true, service: {} },
    setup: undefined,
    remains: undefined,
    ...changes,
  };
}

/** A server on which `live` is live in a slot, and the rest runs or was deployed as given. */
export function deployed(
  live: string,
  slot: Slot,
  more: { both?: boolean; journal?: Release[] } = {},
): Facts {
  const both: Slot[] = ["blue", "green"];
  const running = more.both ? both : [slot];
  const names = running.map((s) => `shop_${s}`);
  return facts({
    host: { version: 1, apps: { shop: place } },
    hostText: `${JSON.stringify({ version: 1, apps: { shop: place } })}\n`,
    jails: running.map((s) => ({
      name: `shop_${s}`,
      path: `/jails/shop_${s}`,
      addresses: [place[s]],
      dying: false,
    })),
    base: [".templates", ...names],
    trees: new Map(names.map((name) => [`/jails/${name}`, name])),
    jailFiles: new Map(names.map((name) => [name, name === `shop_${slot}` ? live : ""])),
    journal: [...(more.journal ?? []), release(live, { state: "live", slot })],
    sites: new Map([["shop", siteOf()]]),
    routed: new Map([["shop", { slot, release: live }]]),
    live: new Map([["shop", { slot, release: live }]]),
  });
}

/** Setup's facts of a server that lacks nothing. */
export function setupFacts(changes: Partial<SetupFacts> = {}): SetupFacts {
  return {
    kernel: "14.3-RELEASE-p5",
    missingPrograms: [],
    rcConfError: "",
    shutdown: 90,
    rc: {
      cloned_interfaces: "lo1",
      pf_enable: "YES",
      pf_rules: pfFile,
      firewall_enable: "NO",
      caddy_enable: "YES",
      alcaide_enable: "YES",
    },
    interfaces: ["vtnet0", "lo0", "lo1"],
    loopback: "lo1: flags=8049<UP,LOOPBACK,RUNNING,MULTICAST> metric 0 mtu 16384\n\tgroups: lo\n",
    routes: [{ to: "203.0.113.0/24", via: "vtnet0" }, { to: "127.0.0.1/32", via: "lo0" }],
    externalInterface: "vtnet0",
    listeners: [{ program: "caddy", address: "*", port: 80 }, { program: "caddy", address: "*", port: 443 }],
    pf: {
      adminFile: false,
      loaded: true,
      enabled: true,
      translates: true,
      available: true,
      ours: pfText("vtnet0", ["10.66.0.0/24"]),
    },
    bootScript: bootText(),
    caddyfile: `${importLine}\n`,
    rotation: rotationText(),
    closed: [],
    datasets: [],
    holder: { device: "/dev/vtbd0p2", mountedAt: "/" },
    jailPaths: [],
    ...changes,
  };
}

/** Facts of a server on which nothing remains of cut off work, and nothing is gone: `live` runs in a slot. */
export function whole(live: string, slot: Slot, changes: Partial<Remains> = {}): Facts {
  const known = deployed(live, slot);
  const name = `shop_${slot}`;
  return {
    ...known,
    setup: setupFacts({ loopback: `lo1: flags=8049<UP>\n\tinet ${place[slot]} netmask 0xffffffff\n` }),
    remains: {
      assets: new Set(),
      runs: [],
      mounts: [{ at: `/jails/${name}/dev`, type: "devfs" }, {
        at: `/jails/${name}/var/log/alcaide`,
        type: "nullfs",
      }],
      halves: new Map(),
      jailFiles: [`${name}.conf`, `${name}.fstab`],
      releases: new Map([[live, ["artifact", "env", "release.json"]]]),
      schedules: [],
      lock: undefined,
      services: [],
      marks: new Map(),
      ...changes,
    },
  };
}
