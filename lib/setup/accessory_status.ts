/**
 * What accessories are like on a server, for `accessory list` and `status`.
 *
 * @module
 */

import { accessoriesOn } from "../server/accessories.ts";
import { accessoryJail } from "../commands/paths.ts";
import type { Config } from "../config/types.ts";
import type { Facts } from "../server/facts.ts";
import { list } from "../core/text.ts";
import { straysOf } from "./accessories.ts";

/** What an accessory is like on a server. */
export interface AccessoryStatus {
  /** Its name. */
  readonly name: string;
  /** What it is: `postgresql`. */
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
  /** What is wrong with it. */
  readonly problem: string | null;
}

/** The accessories that the configuration wants on a server, then those that it no longer names. */
export function accessoryStatuses(
  config: Pick<Config, "app" | "accessories">,
  facts: Facts,
  server: string,
): AccessoryStatus[] {
  const running = new Set(facts.jails.filter((jail) => !jail.dying).map((jail) => jail.name));
  const wanted = accessoriesOn(config, server).map((one): AccessoryStatus => {
    const jail = accessoryJail(config.app, one.name);
    const record = facts.accessories.get(jail);
    const runs = record !== undefined && running.has(jail);
    const well = runs && !facts.ill.has(jail);
    return {
      name: one.name,
      kind: one.kind,
      version: record?.release ?? one.version,
      jail,
      address: record?.address ?? null,
      ports: one.ports,
      volumes: one.volumes.map((volume) => volume.host),
      running: runs,
      configured: true,
      problem: well
        ? null
        : record === undefined
        ? 'it is not set up: run "alcaide setup"'
        : runs
        ? "it is not well"
        : "it does not run",
    };
  });
  const strays = straysOf(config, facts, server).map((record): AccessoryStatus => ({
    name: record.name,
    kind: record.kind,
    version: record.release,
    jail: record.jail,
    address: record.address,
    ports: record.ports,
    volumes: record.volumes.map((volume) => volume.split(":")[0] ?? ""),
    running: running.has(record.jail),
    configured: false,
    problem: `the configuration does not name it: "alcaide accessory remove ${record.name}" ends it`,
  }));
  return [...wanted, ...strays];
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
