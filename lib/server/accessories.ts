// Where an accessory is on a server: its jail, its address, what it may be asked from.

import type { HostNames } from "../commands/jail/names.ts";
import type { AccessorySpec } from "../commands/accessory/files.ts";
import { accessoryJail, accessoryLogDir } from "../commands/paths.ts";
import { templateTree } from "../commands/jail/template.ts";
import { treeOf } from "../commands/jail/tree.ts";
import type { JailSpec } from "../commands/jail/jail.ts";
import type { Accessory, AccessoryPlace, Config } from "../config/field/types.ts";
import { named } from "../core/shape.ts";
import { type Facts, owns, withoutPatch } from "./facts.ts";
import type { AppAllocation, JailAllocation } from "./host_state.ts";
import type { AccessoryRecord } from "../commands/accessory/record.ts";
import { jailLogDir } from "../commands/jail/supervised.ts";

/** The accessories of a configuration that belong on a server. */
export function accessoriesOn(config: Pick<Config, "accessories">, server: string): Accessory[] {
  return Object.values(config.accessories).filter((accessory) => accessory.servers.includes(server));
}

/** Where an accessory is, by what it and the app were given on the server. */
export function accessoryPlace(
  app: string,
  accessory: Accessory,
  given: { app: AppAllocation; jail: JailAllocation; made: boolean },
): AccessoryPlace {
  return {
    app,
    name: accessory.name,
    jail: accessoryJail(app, accessory.name),
    address: given.jail.address,
    port: accessory.ports[0] ?? 0,
    clients: [given.app.blue, given.app.green],
    uid: accessory.uid ?? given.jail.uid,
    made: given.made,
    options: accessory.options,
  };
}

/** The same from a server's facts; undefined before setup has made the accessory. */
export function knownPlace(app: string, accessory: Accessory, facts: Facts): AccessoryPlace | undefined {
  const jail = accessoryJail(app, accessory.name);
  const [place, jailPlace] = [facts.host.apps[app], facts.host.jails?.[jail]];
  if (place === undefined || jailPlace === undefined || !facts.accessories.has(jail)) return undefined;
  return accessoryPlace(app, accessory, { app: place, jail: jailPlace, made: true });
}

/** An accessory with its jail, as the configuration wants it. */
export function accessorySpec(
  accessory: Accessory,
  place: AccessoryPlace,
  where: {
    path: string;
    /** The version of its template, with patch level. */
    freebsd: string;
    basePath: string;
    dataset: string | undefined;
    nameservers?: readonly string[] | undefined;
  },
): AccessorySpec {
  const jail: JailSpec = {
    name: place.jail,
    path: where.path,
    ip4: place.address,
    mounts: [{ host: accessoryLogDir(place.jail), jail: jailLogDir }, ...accessory.volumes],
    parameters: accessory.parameters.map((parameter) => `${parameter};`),
    stopTimeout: accessory.stopTimeout,
    limits: accessory.limits,
    ...where.nameservers === undefined ? {} : { nameservers: where.nameservers },
  };
  const plain = withoutPatch(where.freebsd);
  return {
    ...{ accessory, place, jail, tree: treeOf(jail, where), template: templateTree(where) },
    ...plain === where.freebsd ? {} : { otherwise: templateTree({ ...where, freebsd: plain }) },
  };
}

/** The part of an accessory's record that tasks need. */
export type KnownAccessory = Pick<
  AccessoryRecord,
  "app" | "name" | "kind" | "jail" | "path" | "address" | "volumes"
>;

/** An accessory that setup did not finish: without a record, with a place and a tree of ours. Undefined when there is none. */
export function unfinishedAccessory(
  { app, accessories, jail: { basePath } }: Pick<Config, "app" | "accessories" | "jail">,
  name: string,
  facts: Facts,
): KnownAccessory | undefined {
  const jail = accessoryJail(app, name);
  const [path, given] = [`${basePath}/${jail}`, facts.host.jails?.[jail]];
  if (given === undefined || facts.accessories.has(jail) || !owns(facts, { name: jail, path })) {
    return undefined;
  }
  const wanted = named(accessories, name);
  const volumes = recordedVolumes(wanted?.volumes ?? []);
  return { app, name, kind: wanted?.kind ?? "accessory", jail, path, address: given.address, volumes };
}

/** Volumes as a record has them. */
export function recordedVolumes(volumes: Accessory["volumes"]): string[] {
  return volumes.map((volume) => `${volume.host}:${volume.jail}`);
}

/** The jail of an accessory as far as starting, stopping and removing it need it: from its record alone. */
export function recordedJail(record: KnownAccessory): JailSpec {
  const volumes = record.volumes.map((volume) => {
    const [host = "", jail = ""] = volume.split(":");
    return { host, jail };
  });
  return {
    name: record.jail,
    path: record.path,
    ip4: record.address,
    mounts: [{ host: accessoryLogDir(record.jail), jail: jailLogDir }, ...volumes],
  };
}

/** Names that an app's jails know its accessories by. */
export function accessoryHosts(
  config: Pick<Config, "app" | "accessories">,
  server: string,
  facts: Facts,
): HostNames[] {
  return accessoriesOn(config, server).flatMap(({ name }) => {
    const record = facts.accessories.get(accessoryJail(config.app, name));
    return record === undefined ? [] : [{ address: record.address, names: [name, `${name}_jail`] }];
  });
}
