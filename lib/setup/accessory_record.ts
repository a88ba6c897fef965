// The record of an accessory: what it is made of, with fingerprints in place of what is secret.

import { recordedVolumes } from "../server/accessories.ts";
import { type AccessoryRecord, printed } from "../commands/accessory/record.ts";
import { applyText, healthText } from "../commands/accessory/accessory.ts";
import { type AccessorySpec, filesText } from "../commands/accessory/files.ts";
import { jailConf, jailFstab } from "../commands/jail/jail.ts";
import { fingerprint } from "../core/fingerprint.ts";
import { isSecret } from "../core/secret.ts";

/** The part of a record that stays from the time when its accessory was made. */
export interface Origin {
  /** FreeBSD version of its jail. */
  readonly freebsd: string;
  /** The key of fingerprints. */
  readonly key: string;
  /** When it was made: ISO 8601, UTC. */
  readonly since: string;
}

/** Describes an accessory as the configuration wants it. */
export async function recordAccessory(spec: AccessorySpec, origin: Origin): Promise<AccessoryRecord> {
  const { accessory, place, jail } = spec;
  // Made for the first time or again, it is the same accessory.
  const same = { ...spec, place: { ...place, made: true } };
  const { freebsd, key, since } = origin;
  const print = (text: string) => fingerprint(text, key);
  return {
    version: 1,
    app: place.app,
    name: place.name,
    kind: accessory.kind,
    release: accessory.version,
    jail: jail.name,
    path: jail.path,
    address: jail.ip4,
    ports: accessory.ports,
    volumes: recordedVolumes(accessory.volumes),
    packages: accessory.packages,
    freebsd,
    since,
    key,
    shown: await shownOf(spec, print),
    prints: {
      jail: await print(`${jailConf(jail)}${jailFstab(jail)}`),
      files: await print(filesText(same)),
      apply: await print(applyText(same)),
      health: await print(healthText(same)),
    },
  };
}

/** Everything that a person wrote about it, by name; what a plan shows when it changes. */
async function shownOf(
  { accessory }: AccessorySpec,
  print: (text: string) => Promise<string>,
): Promise<Record<string, string>> {
  const { packages, env, start, rcConf, files, setup, parameters, stopTimeout, limits, options } = accessory;
  const written: Record<string, unknown> = {
    ...options,
    ...Object.keys(options).length > 0 ? {} : {
      packages: packages.join(" "),
      start,
      rcConf,
      parameters: parameters.join(", "),
      stopTimeout,
      ...typeof setup === "function" ? {} : { setup: setup.join(" && ") },
      ...typeof files === "function" ? {} : { files: await printAll(files, print) },
    },
    env,
    limits,
  };
  const shown: Record<string, string> = {};
  for (const [name, value] of flatten(written)) {
    if (["version", "server"].includes(name)) continue;
    shown[name] = isSecret(value) || name === "password"
      ? printed(await print(textOf(value)))
      : textOf(value);
  }
  return shown;
}

async function printAll(files: Readonly<Record<string, unknown>>, print: (text: string) => Promise<string>) {
  const entries = Object.entries(files).map(async ([path, text]) =>
    [path, printed(await print(textOf(text)))] as const
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** Records within records get their names joined by dots. */
function flatten(value: Readonly<Record<string, unknown>>, before = ""): [string, unknown][] {
  return Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
    if (inner === undefined || typeof inner === "function" || inner === "") return [];
    const plain = typeof inner === "object" && inner !== null && !isSecret(inner) && !Array.isArray(inner);
    return plain
      ? flatten(inner as Record<string, unknown>, `${before}${name}.`)
      : [[`${before}${name}`, inner]];
  });
}

function textOf(value: unknown): string {
  if (isSecret(value)) return value.reveal();
  return typeof value === "string" ? value : JSON.stringify(value) ?? "";
}
