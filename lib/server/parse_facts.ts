// Reads the facts of a server from the answer of the probe.

import { basename } from "node:path";
import { parseAccessory } from "../commands/accessory/record.ts";
import { type Marker, parseMarker } from "../commands/live.ts";
import { mandatory, mandatoryForSetup, parseSections, type Sections } from "../commands/server/probe.ts";
import { chunksSection } from "../commands/app/chunks.ts";
import { sharedFile } from "../commands/paths.ts";
import { AlcaideError } from "../core/error.ts";
import { parseRelease } from "../core/release.ts";
import { type BuiltFact, type CaddyFacts, type Facts, type JailFact, withoutPatch } from "./facts.ts";
import { parseHostState } from "./host_state.ts";
import { parseTrees } from "./images.ts";
import { parseLimits } from "./limits.ts";
import { parseRemains } from "./remains.ts";
import { parseSetup } from "./parse_setup.ts";
import { rows, splitFirst } from "./rows.ts";

/** The text of a section; empty when it is missing. */
type Get = (name: string) => string;

/**
 * Reads the answer of the probe script.
 *
 * @throws {AlcaideError} when it is cut off or makes no sense, saying where
 */
export function parseFacts(text: string, basePath: string): Facts {
  const sections = readSections(text);
  const get: Get = (name) => sections.get(name) ?? "";
  return {
    ...parseSystem(get),
    ...parseBase(get, basePath),
    jails: rows(get("jails")).map(parseJail).filter((jail) => jail !== undefined),
    free: parseFree(get("disk")),
    resolvers: rows(get("resolvers")).map((row) => row.trim()),
    host: parseHostState(get("host")),
    hostText: get("host"),
    journal: [...files(get("journal")).values()].map(parseRelease).filter((r) => r !== undefined),
    builds: new Map(rows(get("builds")).map(parseBuilt)),
    ...sections.has(chunksSection) ? { chunks: get(chunksSection) } : {},
    ...parseAccessories(get),
    ...parseSites(files(get("sites"))),
    ...parseMarkers(get("routed")),
    live: parseMarkers(get("live")).routed,
    caddy: { ...parseCaddy(get("caddy")), service: parseService(get("caddy service")) },
    ...parseLimits(get("limits")),
    setup: sections.has("kernel") ? parseSetup(get) : undefined,
    remains: sections.has("mounts") ? parseRemains(get) : undefined,
  };
}

function readSections(text: string): Sections {
  try {
    const sections = parseSections(text);
    const isForSetup = mandatoryForSetup.some((name) => sections.has(name));
    const wanted = [...mandatory, ...isForSetup ? mandatoryForSetup : []];
    const lacking = wanted.find((name) => !sections.has(name));
    if (lacking !== undefined) throw new Error(`section "${lacking}" is missing`);
    return sections;
  } catch (cause) {
    throw unreadable((cause as Error).message, cause);
  }
}

function unreadable(problem: string, cause?: unknown): AlcaideError {
  return new AlcaideError(`Cannot read the facts of the server: ${problem}`, {
    cause,
    hint: "Run the command again; if it stays, the server may be out of disk or memory",
  });
}

function parseSystem(get: Get): Pick<Facts, "os" | "machine" | "arch" | "release" | "userland" | "now"> {
  const [os = "", machine = "", arch = "", release = "", userland = ""] = rows(get("system"));
  // Another system is refused by its name.
  if (os === "FreeBSD" && !/^\w+\n\w+\n\d+\.\d+-\S+$/.test([machine, arch, release].join("\n"))) {
    throw unreadable(`uname says ${JSON.stringify(get("system"))}`);
  }
  const now = get("now").trim();
  return {
    os,
    machine,
    arch,
    release: withoutPatch(release),
    userland,
    now: /^\d{1,12}$/.test(now) ? Number(now) : NaN,
  };
}

/** The base path, and what of it is ours. */
function parseBase(
  get: Get,
  basePath: string,
): Pick<Facts, "templates" | "trees" | "images" | "versions" | "base" | "dataset" | "jailFiles"> {
  const [dataset, mountpoint] = (rows(get("dataset"))[0] ?? "").split("\t");
  const { trees, images } = parseTrees(get("trees"), basePath);
  const marked = new Map([...rows(get("templates")).map((row) => splitFirst(row, " ")), ...trees]);
  return {
    // A clone that was cut off bears the mark of the template that it comes from.
    templates: rows(get("templates")).map((row) => splitFirst(row, " ")).flatMap(([path, mark]) => {
      const name = basename(path);
      return mark === `template ${name}` ? [name] : [];
    }),
    ...{ trees, images },
    versions: new Map(
      rows(get("versions")).map((row) => splitFirst(row, " ")).filter(([path]) => marked.has(path)),
    ),
    base: rows(get("base")),
    dataset: dataset && mountpoint === basePath ? dataset : undefined,
    jailFiles: new Map(rows(get("files")).map((row) => splitFirst(row.trim(), " "))),
  };
}

function parseAccessories(get: Get): Pick<Facts, "accessories" | "ill"> {
  const records = [...files(get("accessories")).values()].map(parseAccessory);
  const ill = rows(get("well")).filter((row) => row.endsWith(" ill"));
  return {
    accessories: new Map(records.filter((one) => one !== undefined).map((one) => [one.jail, one])),
    ill: new Set(ill.map((row) => row.split(" ")[0] ?? "")),
  };
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

/** Of several markers of an app the first counts, as for Caddy. */
function parseMarkers(text: string): Pick<Facts, "routed" | "spare"> {
  const [first, spare] = [new Map<string, Marker>(), new Map<string, Marker>()];
  for (const row of rows(text)) {
    const [app, marker = ""] = row.trim().split(/\s+/);
    const live = parseMarker(marker);
    if (app && live) (first.has(app) ? spare : first).set(app, live);
  }
  return { routed: first, spare };
}

function parseService(text: string): Record<string, string> {
  return Object.fromEntries(rows(text).map((row) => splitFirst(row, " ")));
}

function parseCaddy(text: string): Omit<CaddyFacts, "service"> {
  const all = rows(text);
  const version = all.find((row) => /^v?\d+\.\d+/.test(row))?.split(" ")[0]?.replace(/^v/, "");
  return { version, running: all.some((row) => /^\d+$/.test(row)) };
}

/** Site files of apps, and that of shared domains among them. */
function parseSites(all: ReadonlyMap<string, string>): Pick<Facts, "sites" | "shared"> {
  const apps = [...all].filter(([name]) => !sharedFile.endsWith(`/${name}`));
  const shared = all.get(basename(sharedFile));
  return {
    sites: new Map(apps.map(([name, site]) => [name.replace(/\.caddy$/, ""), site])),
    ...shared === undefined ? {} : { shared },
  };
}
