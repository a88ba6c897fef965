// The state of accessories on a server, for `accessory list` and `status`.

import { accessoriesOn } from "../server/accessories.ts";
import { accessoryJail } from "../commands/paths.ts";
import type { AccessoryRecord } from "../commands/accessory/record.ts";
import type { Accessory, Config } from "../config/field/types.ts";
import { type Facts, runs } from "../server/facts.ts";
import { missingLimits } from "../server/limits.ts";
import { list } from "../core/text.ts";
import { straysOf } from "./accessories.ts";

/** The state of an accessory on a server. */
export interface AccessoryStatus {
  /** Its name. */
  readonly name: string;
  /** Its kind: `postgresql`. */
  readonly kind: string;
  /** Its version; empty when that means nothing. */
  readonly version: string;
  /** Its jail. */
  readonly jail: string;
  /** Its address; null before setup made it. */
  readonly address: string | null;
  /** The ports that it listens on. */
  readonly ports: readonly number[];
  /** Host directories that hold its data. */
  readonly volumes: readonly string[];
  /** True when its jail runs. */
  readonly running: boolean;
  /** False for one that the configuration no longer names. */
  readonly configured: boolean;
  /** Its problems. */
  readonly problem: string | null;
}

/** The accessories that the configuration wants on a server, then those that it no longer names. */
export function accessoryStatuses(
  config: Pick<Config, "app" | "accessories">,
  facts: Facts,
  server: string,
): AccessoryStatus[] {
  return [
    ...accessoriesOn(config, server).map((one) => wantedStatus(config.app, one, facts)),
    ...straysOf(config, facts, server).map((record) => strayStatus(record, facts)),
  ];
}

function wantedStatus(app: string, accessory: Accessory, facts: Facts): AccessoryStatus {
  const { name, kind, ports } = accessory;
  const jail = accessoryJail(app, name);
  const record = facts.accessories.get(jail);
  const running = record !== undefined && runs(facts, jail);
  return {
    ...{ name, kind, jail, ports, running },
    version: record?.release ?? accessory.version,
    address: record?.address ?? null,
    volumes: accessory.volumes.map((volume) => volume.host),
    configured: true,
    problem: record === undefined
      ? 'it is not set up: run "alcaide setup"'
      : !running
      ? "it does not run"
      : facts.ill.has(jail)
      ? "it is not well"
      : missingLimits(accessory.limits, facts.limits.get(jail)).length > 0
      ? 'its limits are not in force: "alcaide setup" says why'
      : null,
  };
}

function strayStatus(record: AccessoryRecord, facts: Facts): AccessoryStatus {
  const { name, kind, jail, address, ports } = record;
  return {
    ...{ name, kind, jail, address, ports },
    version: record.release,
    volumes: record.volumes.map((volume) => volume.split(":")[0] ?? ""),
    running: runs(facts, jail),
    configured: false,
    problem: `the configuration does not name it: "alcaide accessory remove ${name}" ends it`,
  };
}

/** A line for each. */
export function accessoriesText(all: readonly AccessoryStatus[]): string[] {
  return all.map(({ name, kind, version, address, ports, volumes, running, problem }) => {
    const what = version === "" ? kind : `${kind} ${version}`;
    const where = address === null
      ? ""
      : ` at ${address}${ports.length === 0 ? "" : `:${list(ports.map(String))}`}`;
    const data = volumes.length === 0 ? "" : `, data in ${list(volumes)}`;
    const said = [running ? "runs" : "", problem ?? ""].filter((text) => text !== "").join("; ");
    return `  ${name}: ${what}${where}${data}, ${said}`;
  });
}
