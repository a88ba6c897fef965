// Facts of a server: everything that plans are made from.

import type { AccessoryRecord } from "../commands/accessory/record.ts";
import type { Marker } from "../commands/live.ts";
import { buildJailName, imageJailName, jailName } from "../commands/paths.ts";
import type { DatasetFact, HolderFact } from "./datasets.ts";
import { givenAddresses, type HostState } from "./host_state.ts";
import type { ImageFact } from "./images.ts";
import type { LimitsFacts } from "./limits.ts";
import type { Release, ReleaseId } from "../core/release.ts";
import { slots } from "../core/slot.ts";
import type { Config } from "../config/field/types.ts";
import type { Remains } from "./remains.ts";

/** A jail that exists on the server, ours or not. */
export interface JailFact {
  readonly name: string;
  readonly path: string;
  readonly addresses: readonly string[];
  readonly dying: boolean;
}

/** A build on the server, of one state of source and configuration. */
export interface BuiltFact {
  /** In bytes. */
  readonly size: number;
  /** In hexadecimal digits. */
  readonly sha256: string;
}

/** Facts for `setup` only. */
export interface SetupFacts {
  /** Version of the installed kernel, with patch level. */
  readonly kernel: string;
  readonly missingPrograms: readonly string[];
  /** The problem of `/etc/rc.conf`, or empty. */
  readonly rcConfError: string;
  /** Variables of `/etc/rc.conf`. */
  readonly rc: Readonly<Record<string, string>>;
  /** Seconds that the server's shutdown waits for programs. */
  readonly shutdown: number;
  readonly interfaces: readonly string[];
  /** What `ifconfig lo1` prints. */
  readonly loopback: string;
  /** Networks that the server has routes to, as `10.0.0.0/24`, with their interface. */
  readonly routes: readonly { readonly to: string; readonly via: string }[];
  /** The interface of the default route. */
  readonly externalInterface: string | undefined;
  /** Programs that listen on the ports that we need. */
  readonly listeners: readonly {
    readonly program: string;
    readonly address: string;
    readonly port: number;
  }[];
  readonly pf: {
    readonly adminFile: boolean;
    /** The kernel module is there. */
    readonly loaded: boolean;
    readonly enabled: boolean;
    /** True when it has rules of address translation: it may be enabled without any. */
    readonly translates: boolean;
    readonly available: boolean;
    readonly ours: string;
  };
  readonly bootScript: string;
  readonly caddyfile: string;
  /** newsyslog's file about our logs. */
  readonly rotation: string;
  /** Paths of ours that only root can read, though others have to. */
  readonly closed: readonly string[];
  /** File systems of ZFS; none where the kernel has no ZFS, or the base path is behind a symbolic link. */
  readonly datasets: readonly DatasetFact[];
  /** The file system that the base path lies in, or would. */
  readonly holder: HolderFact;
  /** Where the trees of our jails are, by their files. */
  readonly jailPaths: readonly string[];
}

/** The server's Caddy. */
export interface CaddyFacts {
  readonly version: string | undefined;
  readonly running: boolean;
  /** Its variables in rc.conf or by default, without `caddy_`: `config`, `adapter`, `admin`, `extra_flags`. */
  readonly service: Readonly<Record<string, string>>;
}

/** Everything known of a server. */
export interface Facts extends LimitsFacts {
  readonly os: string;
  /** `amd64`, `arm64`. */
  readonly machine: string;
  /** `amd64`, `aarch64`. */
  readonly arch: string;
  /** The running kernel's release without patch level: `14.3-RELEASE`. */
  readonly release: string;
  /** The version of its base system, with patch level: `14.3-RELEASE-p5`; empty where it could not be read. */
  readonly userland: string;
  /** Versions with patch level of templates and jails' trees, by path. */
  readonly versions: ReadonlyMap<string, string>;
  /** Seconds since 1970 by the server's clock. */
  readonly now: number;
  readonly jails: readonly JailFact[];
  /** Names of the templates that are complete: a FreeBSD version, with the server's patch level where it was brought to that. */
  readonly templates: readonly string[];
  /** Trees of ours below the base path: path to the name in its mark. */
  readonly trees: ReadonlyMap<string, string>;
  /** Images of every app. */
  readonly images: readonly ImageFact[];
  /** Everything that lies in the base path. */
  readonly base: readonly string[];
  /** The dataset that is mounted at the base path exactly, on ZFS. */
  readonly dataset: string | undefined;
  /** Free space at the base path, in bytes. */
  readonly free: number;
  /** Addresses of the server's own resolvers. */
  readonly resolvers: readonly string[];
  readonly host: HostState;
  /** The text of `host.json`, to tell whether it changed since. */
  readonly hostText: string;
  /** Jails that have a file of ours: name to the release that its tree holds, or empty. */
  readonly jailFiles: ReadonlyMap<string, ReleaseId>;
  readonly journal: readonly Release[];
  /** Kept builds of jails, by `APP/KEY`. */
  readonly builds: ReadonlyMap<string, BuiltFact>;
  /** Accessories of every app: the jail's name to its record. */
  readonly accessories: ReadonlyMap<string, AccessoryRecord>;
  /** The chunks of the newest artifact that an app keeps, as text; absent when nobody asked. */
  readonly chunks?: string;
  /** Those that are not well, by jail; empty also when nobody asked. */
  readonly ill: ReadonlySet<string>;
  /** Our site files: app to text. */
  readonly sites: ReadonlyMap<string, string>;
  /** The file of domains that apps share; absent when there are none. */
  readonly shared?: string;
  /** Markers on disk: the release with the traffic, by app. */
  readonly routed: ReadonlyMap<string, Marker>;
  /** Further markers of an app, which has but one. */
  readonly spare: ReadonlyMap<string, Marker>;
  /** What Caddy itself says it serves, by app. */
  readonly live: ReadonlyMap<string, Marker>;
  readonly caddy: CaddyFacts;
  readonly setup: SetupFacts | undefined;
  /** Remains of cut off work; absent when nobody asked. */
  readonly remains: Remains | undefined;
}

/** A FreeBSD version without its patch level: `14.3-RELEASE` for `14.3-RELEASE-p5`. */
export function withoutPatch(version: string): string {
  return version.trim().replace(/-p\d+$/, "");
}

/** The records of one app, in no order. */
export function releasesOf(facts: Facts, app: string): Release[] {
  return facts.journal.filter((release) => release.app === app);
}

/** The records of an app's accessories. */
export function accessoriesOf({ accessories }: Pick<Facts, "accessories">, app: string): AccessoryRecord[] {
  return [...accessories.values()].filter((record) => record.app === app);
}

/** The jails that run. One that is dying runs nothing any more, though the kernel still names it. */
export function runningJails(facts: Pick<Facts, "jails">): JailFact[] {
  return facts.jails.filter((jail) => !jail.dying);
}

/** True when a jail of that name runs, ours or not. */
export function runs(facts: Pick<Facts, "jails">, name: string): boolean {
  return runningJails(facts).some((jail) => jail.name === name);
}

/** True when the tree of a jail bears our mark: a directory of its name may be somebody else's. */
export function owns(facts: Pick<Facts, "trees">, { name, path }: Pick<JailFact, "name" | "path">): boolean {
  return facts.trees.get(path) === name;
}

/** Addresses of others: all that foreign jails use. */
export function taken(facts: Facts): string[] {
  const ours = givenAddresses(facts.host);
  return facts.jails.flatMap((jail) => jail.addresses).filter((address) => !ours.includes(address));
}

/** The FreeBSD version of the jails. */
export function jailVersion(config: Config, facts: Facts): string {
  return config.jail.freebsd ?? facts.release;
}

/** True when a variable of rc.conf is on. */
export function isEnabled(setup: SetupFacts, variable: string): boolean {
  return setup.rc[variable]?.toUpperCase() === "YES";
}

/** Tells whether an address is on the interface of the jails. */
export function hasAddress({ loopback }: SetupFacts, ip4: string): boolean {
  return loopback.includes(`inet ${ip4} `);
}

/**
 * Names of an app's jails, there or not. A name that begins like the app's may be another's: `blog_admin_blue` is no jail of
 * `blog` where there is an app `blog_admin`.
 *
 * @param more names that may be the app's, too: those of the configuration
 */
export function ownJails(app: string, facts: Facts, more: readonly string[] = []): string[] {
  const others = [...Object.keys(facts.host.apps), ...facts.sites.keys()].filter((other) =>
    other.startsWith(`${app}_`)
  );
  const isOurs = (name: string) => {
    const record = facts.accessories.get(name);
    if (record !== undefined) return record.app === app;
    return name.startsWith(`${app}_`) && !others.some((other) => name.startsWith(`${other}_`));
  };
  const names = new Set([
    ...slots.map((slot) => jailName(app, slot)),
    buildJailName(app),
    imageJailName(app),
    ...more,
    ...Object.keys(facts.host.jails ?? {}),
    ...facts.accessories.keys(),
  ]);
  return [...names].filter(isOurs);
}
