/**
 * What a server is like: everything that plans are made from.
 *
 * @module
 */

import { type AccessoryRecord, parseAccessory } from "../commands/accessory_record.ts";
import { type Live, parseMarker } from "../commands/live.ts";
import { parseSections, type Sections } from "../commands/probe.ts";
import { type DatasetFact, type HolderFact, parseDatasets, parseHolder } from "./datasets.ts";
import { AlcaideError } from "../core/error.ts";
import { givenAddresses, type HostState, parseHostState } from "./host_state.ts";
import { parseRelease, type Release, type ReleaseId } from "../core/release.ts";
import type { Config } from "../config/types.ts";

/** A jail that exists on the server, ours or not. */
export interface JailFact {
  readonly name: string;
  readonly path: string;
  readonly addresses: readonly string[];
  readonly dying: boolean;
}

/** What was built on the server, from one state of source and configuration. */
export interface BuiltFact {
  /** In bytes. */
  readonly size: number;
  /** In hexadecimal digits. */
  readonly sha256: string;
}

/** What only `setup` looks at. */
export interface SetupFacts {
  /** Version of the installed kernel, with patch level. */
  readonly kernel: string;
  readonly missingPrograms: readonly string[];
  /** What is wrong with `/etc/rc.conf`, or empty. */
  readonly rcConfError: string;
  /** Variables of `/etc/rc.conf`. */
  readonly rc: Readonly<Record<string, string>>;
  readonly interfaces: readonly string[];
  /** What `ifconfig lo1` prints. */
  readonly loopback: string;
  /** Networks that the server has routes to, as `10.0.0.0/24`, with their interface. */
  readonly routes: readonly { readonly to: string; readonly via: string }[];
  /** The interface of the default route. */
  readonly externalInterface: string | undefined;
  /** Who listens on the ports that we need. */
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
    readonly available: boolean;
    readonly ours: string;
  };
  readonly bootScript: string;
  readonly caddyfile: string;
  /** What newsyslog reads about our logs. */
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
export interface Facts {
  readonly os: string;
  /** `amd64`, `arm64`. */
  readonly machine: string;
  /** `amd64`, `aarch64`. */
  readonly arch: string;
  /** The running kernel's release without patch level: `14.3-RELEASE`. */
  readonly release: string;
  /** Seconds since 1970 by the server's clock. */
  readonly now: number;
  readonly jails: readonly JailFact[];
  /** FreeBSD versions of the templates that are complete. */
  readonly templates: readonly string[];
  /** Trees of ours below the base path: path to the name in its mark. */
  readonly trees: ReadonlyMap<string, string>;
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
  /** What was built in jails and is kept: `APP/KEY` to what it is. */
  readonly builds: ReadonlyMap<string, BuiltFact>;
  /** What setup made of accessories, of every app: the jail's name to its record. */
  readonly accessories: ReadonlyMap<string, AccessoryRecord>;
  /** Which of them are not well, by jail; empty also when nobody asked. */
  readonly ill: ReadonlySet<string>;
  /** Our site files: app to text. */
  readonly sites: ReadonlyMap<string, string>;
  /** What the markers on disk say has the traffic, by app. */
  readonly routed: ReadonlyMap<string, Live>;
  /** What Caddy itself says it serves, by app. */
  readonly live: ReadonlyMap<string, Live>;
  readonly caddy: CaddyFacts;
  readonly setup: SetupFacts | undefined;
}

/**
 * Reads the answer of the probe script.
 *
 * @throws {AlcaideError} when it is cut off or makes no sense, saying where
 */
export function parseFacts(text: string, basePath: string): Facts {
  let sections: Sections;
  try {
    sections = parseSections(text);
  } catch (cause) {
    throw new AlcaideError(`Cannot read the facts of the server: ${(cause as Error).message}`, {
      cause,
      hint: "Run the command again; if it stays, the server may be out of disk or memory",
    });
  }
  const get = (name: string) => sections.get(name) ?? "";
  const [os = "", machine = "", arch = "", release = ""] = rows(get("system"));
  const [dataset, mountpoint] = (rows(get("dataset"))[0] ?? "").split("\t");
  return {
    os,
    machine,
    arch,
    release: withoutPatch(release),
    now: Number(get("now").trim()),
    jails: rows(get("jails")).map(parseJail).filter((jail) => jail !== undefined),
    templates: rows(get("templates")).map((row) => row.split(" ")[2] ?? "").filter((v) => v !== ""),
    trees: new Map(rows(get("trees")).map((row) => splitFirst(row, " "))),
    base: rows(get("base")),
    dataset: dataset && mountpoint === basePath ? dataset : undefined,
    free: parseFree(get("disk")),
    resolvers: rows(get("resolvers")).map((row) => row.trim()),
    host: parseHostState(get("host")),
    hostText: get("host"),
    jailFiles: new Map(rows(get("files")).map((row) => splitFirst(row.trim(), " "))),
    journal: [...files(get("journal")).values()].map(parseRelease).filter((r) => r !== undefined),
    builds: new Map(rows(get("builds")).map(parseBuilt)),
    ill: new Set(
      rows(get("well")).filter((row) => row.endsWith(" ill")).map((row) => row.split(" ")[0] ?? ""),
    ),
    accessories: new Map(
      [...files(get("accessories")).values()].map(parseAccessory).filter((one) => one !== undefined)
        .map((one) => [one.jail, one]),
    ),
    sites: new Map([...files(get("sites"))].map(([name, site]) => [name.replace(/\.caddy$/, ""), site])),
    routed: parseLive(get("routed")),
    live: parseLive(get("live")),
    caddy: { ...parseCaddy(get("caddy")), service: parseService(get("caddy service")) },
    setup: sections.has("kernel") ? parseSetup(get) : undefined,
  };
}

/** A FreeBSD version without its patch level: `14.3-RELEASE` for `14.3-RELEASE-p5`. */
export function withoutPatch(version: string): string {
  return version.trim().replace(/-p\d+$/, "");
}

/** The records of one app, in no order. */
export function releasesOf(facts: Facts, app: string): Release[] {
  return facts.journal.filter((release) => release.app === app);
}

function rows(text: string): string[] {
  return text.split("\n").filter((row) => row.trim() !== "");
}

function splitFirst(text: string, by: string): [string, string] {
  const at = text.indexOf(by);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + by.length)];
}

function parseJail(row: string): JailFact | undefined {
  const [name, path, addresses, dying] = row.split(" ");
  if (name === undefined || path === undefined || !path.startsWith("/")) return undefined;
  return {
    name,
    path,
    addresses: addresses === undefined || addresses === "-" ? [] : addresses.split(","),
    dying: dying === "true" || dying === "1",
  };
}

function parseBuilt(row: string): [string, BuiltFact] {
  const [app, key, size, sha256 = ""] = row.trim().split(/\s+/);
  return [`${app}/${key}`, { size: Number(size), sha256 }];
}

function parseFree(text: string): number {
  // device, blocks, used, available, capacity, mount point; a long device name may stand on a line of its own.
  const match = /\s(-?\d+)\s+(-?\d+)\s+(-?\d+)\s+-?\d+%/.exec(` ${text}`);
  return match ? Math.max(0, Number(match[3])) * 1024 : 0;
}

/** Undoes what the probe does to files: a path, then its lines with a dot before each. */
function files(text: string): Map<string, string> {
  const found = new Map<string, string>();
  let path = "";
  for (const row of text.split("\n")) {
    if (row.startsWith(".")) found.set(path, `${found.get(path) ?? ""}${row.slice(1)}\n`);
    else if (row !== "") found.set(path = row, "");
  }
  return found;
}

function parseLive(text: string): Map<string, Live> {
  const found = new Map<string, Live>();
  for (const row of rows(text)) {
    const [app, marker = ""] = row.trim().split(/\s+/);
    const live = parseMarker(marker);
    if (app && live) found.set(app, live);
  }
  return found;
}

function parseService(text: string): Record<string, string> {
  return Object.fromEntries(rows(text).map((row) => splitFirst(row, " ")));
}

function parseCaddy(text: string): Omit<CaddyFacts, "service"> {
  const all = rows(text);
  const version = all.find((row) => /^v?\d+\.\d+/.test(row))?.split(" ")[0]?.replace(/^v/, "");
  return { version, running: all.some((row) => /^\d+$/.test(row)) };
}

function parseSetup(get: (name: string) => string): SetupFacts {
  const pf = rows(get("pf"));
  return {
    kernel: rows(get("kernel"))[0] ?? "",
    missingPrograms: rows(get("programs")),
    rcConfError: get("rc.conf").trim(),
    rc: Object.fromEntries(
      rows(get("sysrc")).map((row) => splitFirst(row, ": ")).filter(([k]) => /^\w+$/.test(k)),
    ),
    interfaces: (rows(get("interfaces"))[0] ?? "").split(/\s+/),
    loopback: get("loopback"),
    routes: parseRoutes(get("routes")),
    externalInterface: /interface:\s*(\S+)/.exec(get("default"))?.[1],
    listeners: rows(get("listeners")).map(parseListener).filter((l) => l !== undefined),
    pf: {
      adminFile: pf.includes("/etc/pf.conf"),
      loaded: pf.includes("loaded"),
      enabled: pf.some((row) => row.startsWith("Status: Enabled")),
      // The program is enough: setup loads the kernel module.
      available: pf.some((row) => row.endsWith("/pfctl")),
      ours: get("pf rules"),
    },
    bootScript: get("boot"),
    caddyfile: get("caddyfile"),
    rotation: get("rotation"),
    closed: rows(get("closed")).map((path) => path.replace(/\/\.$/, "")),
    datasets: parseDatasets(get("zfs")),
    holder: parseHolder(get("disk")),
    jailPaths: rows(get("jail paths")),
  };
}

function parseRoutes(text: string): SetupFacts["routes"][number][] {
  return rows(text).flatMap((row) => {
    const [to = "", , , via = ""] = row.trim().split(/\s+/);
    return /^\d+\.\d+\.\d+\.\d+(\/\d+)?$/.test(to) ? [{ to: to.includes("/") ? to : `${to}/32`, via }] : [];
  });
}

function parseListener(row: string): SetupFacts["listeners"][number] | undefined {
  const [, program, , , , local] = row.trim().split(/\s+/);
  const match = /^(.*):(\d+)$/.exec(local ?? "");
  return program && match ? { program, address: match[1] ?? "", port: Number(match[2]) } : undefined;
}

/** What others have: all addresses that foreign jails use. */
export function taken(facts: Facts): { addresses: string[]; uids: number[] } {
  const ours = new Set(givenAddresses(facts.host));
  const others = facts.jails.flatMap((jail) => jail.addresses).filter((address) => !ours.has(address));
  return { addresses: others, uids: [] };
}

/** The FreeBSD version of the jails. */
export function jailVersion(config: Config, facts: Facts): string {
  return config.jail.freebsd ?? facts.release;
}
