// The record of an accessory on its server: enough to see what changed, to start and stop it, and nothing that
// is secret.

import { hasShape, named, type Shape } from "../../core/shape.ts";

/** The record of an accessory. */
export interface AccessoryRecord {
  readonly version: 1;
  readonly app: string;
  /** Its name: `db`. */
  readonly name: string;
  /** Its kind: `postgresql`. */
  readonly kind: string;
  /** Its own version; empty when that means nothing. */
  readonly release: string;
  readonly jail: string;
  readonly path: string;
  readonly address: string;
  readonly ports: readonly number[];
  /** Host directories: where they are there and in the jail. */
  readonly volumes: readonly string[];
  readonly packages: readonly string[];
  /** FreeBSD version of its jail. */
  readonly freebsd: string;
  /** When it was made: ISO 8601, UTC. */
  readonly since: string;
  /** The key of fingerprints. */
  readonly key: string;
  /** Its settings by name; of secrets the fingerprint. */
  readonly shown: Readonly<Record<string, string>>;
  /** Fingerprints of what was made of them. */
  readonly prints: AccessoryPrints;
}

/** Fingerprints: what differs says what has to be done. */
export interface AccessoryPrints {
  /** The jail's file: it takes a restart of the jail. */
  readonly jail: string;
  /** Files, environment, service and preparation: they are written, then the program takes them up. */
  readonly files: string;
  /** Commands to run once it is well. */
  readonly apply: string;
  readonly health: string;
}

const texts = ["app", "name", "kind", "release", "jail", "path", "address", "freebsd", "since", "key"];

const recordShape: Shape = {
  ...Object.fromEntries(texts.map((name) => [name, "string"])),
  ports: ["number"],
  volumes: ["string"],
  packages: ["string"],
  shown: { "*": "string" },
  prints: { jail: "string", files: "string", apply: "string", health: "string" },
};

/** Reads a record; undefined for what is none. */
export function parseAccessory(text: string): AccessoryRecord | undefined {
  try {
    const record = JSON.parse(text) as AccessoryRecord;
    return hasShape(record, recordShape) && record.version === 1 ? record : undefined;
  } catch {
    return undefined;
  }
}

/** The differences of two sets of settings, in words: `settings.max_connections: 100 → 200`. */
export function differences(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.filter((name) => named(before, name) !== named(after, name)).map((name) => {
    const [was, is] = [named(before, name), named(after, name)];
    if (isPrint(was) || isPrint(is)) return `${name} changed`;
    if (was === undefined) return `${name}: ${is}`;
    return is === undefined ? `${name} is no longer set` : `${name}: ${was} → ${is}`;
  });
}

const printMark = "[secret] ";

/** How the fingerprint of a secret stands among settings. */
export function printed(fingerprint: string): string {
  return `${printMark}${fingerprint}`;
}

function isPrint(text: string | undefined): boolean {
  return text?.startsWith(printMark) ?? false;
}
