// The accessories of a configuration.

import { list as listText } from "../../core/text.ts";
import { accessory, type CheckOptions, isFunction } from "./accessory_fields.ts";
import type { Accessory } from "../field/user_accessory.ts";
import { describeKind, isRecord } from "../../core/kind.ts";
import { child, complain, type Complaint, type Field, record, refuse, shorten } from "../field/field.ts";
import { row } from "../field/kinds.ts";
import { appName } from "./names.ts";
import { type Around, type Declared, keysOf, readFields } from "../field/schema.ts";
import type { Volume } from "../field/values.ts";
import { overlap } from "./volumes.ts";

/** The field `accessories`. */
export const accessories: Declared<Readonly<Record<string, Accessory>>> = {
  text: "Supporting services in jails of their own, made by `postgresql()`, `redis()` or `service()`.",
  resolved: "Supporting services, by name.",
  type: "UserAccessories",
  form: "{ … }",
  becomes: "Readonly<Record<string, Accessory>>",
  read: readAccessories,
  show: (name, value) =>
    Object.values(value).flatMap((one) => row(`${name}.${one.name}`, accessoryText(one))),
};

function accessoryText({ kind, version, ports, volumes, servers }: Accessory): string {
  return [
    version === "" ? kind : `${kind} ${version}`,
    ...(ports.length === 0 ? [] : [`port ${listText(ports.map(String))}`]),
    ...volumes.map((volume) => `${volume.host}:${volume.jail}`),
    ...(servers.length === 0 ? [] : [`on ${listText(servers)}`]),
  ].join(", ");
}

function readAccessories(field: Field, around: Around): Record<string, Accessory> {
  if (field.value === undefined) return {};
  if (!isRecord(field.value)) {
    const [example] = accessory.wanted.split(",");
    refuse(field, describeKind(field.value), `Give a record such as { db: ${example} }`);
    return {};
  }
  const found: Record<string, Accessory> = {};
  const taken = around.config.volumes.map((volume) => ({ path: "volumes", volume }));
  for (const name of Object.keys(field.value)) {
    const own = child(field, name);
    complain(own, checkName(name));
    const accessory = readAccessory(own, name, around);
    if (accessory === undefined) continue;
    refuseShared(own, accessory, taken);
    taken.push(...accessory.volumes.map((volume) => ({ path: own.path, volume })));
    found[name] = accessory;
  }
  return found;
}

/** Looks whether a text can name an accessory or a process. */
export function checkName(name: string, example = "db"): Complaint | undefined {
  if (["blue", "green", "build", "localhost"].includes(name) || name in {}) {
    return { problem: `${shorten(name)} is taken: it names something else`, hint: "Choose another name" };
  }
  if (/^[a-z][a-z0-9]{0,29}$/.test(name)) return undefined;
  const plain = appName(name)?.replaceAll("_", "");
  const proposed = plain === undefined || plain === name || checkName(plain) ? undefined : plain;
  return {
    problem: `${shorten(name)} isn't only small letters and digits, beginning with a letter`,
    hint: proposed === undefined ? `Give a name such as "${example}"` : `Write ${shorten(proposed)}`,
  };
}

/** Two programs that write to one directory destroy each other's data. */
function refuseShared(
  field: Field,
  { volumes }: Accessory,
  taken: readonly { path: string; volume: Volume }[],
): void {
  for (const volume of volumes) {
    const other = taken.find((one) => overlap(one.volume.host, volume.host));
    if (other === undefined) continue;
    refuse(
      child(field, "volumes"),
      `the host directory ${volume.host} and that of ${other.path}, ${other.volume.host}, overlap`,
      "Give each a directory of its own",
    );
  }
}

function readAccessory(field: Field, name: string, around: Around): Accessory | undefined {
  const { fields, wanted } = accessory;
  // Said without its text: who writes a password here by mistake doesn't want to read it.
  if (!isRecord(field.value)) refuse(field, describeKind(field.value), `Give ${wanted}`);
  const given = isRecord(field.value) ? record(field, keysOf(fields), wanted) : undefined;
  if (given === undefined || !areRight(field, given, around)) return undefined;
  const { check: _, rc, ...read } = readFields(fields, (key) => given[key], around);
  if (read.start !== "" && rc !== "") refuse(given.rc, "it stands beside start", "Give one or the other");
  if (given.start.value === undefined && given.rc.value === undefined) {
    const hint = "Give the command that runs it, or the service of a package";
    refuse(field, "it has neither start nor rc", hint);
  }
  return { name, ...read, rc: rc === "" ? ownService : rc };
}

/** Wrong options make a wrong accessory: only the options are named then. */
function areRight(
  field: Field,
  { options, check }: { readonly options: Field; readonly check: Field },
  around: Around,
): boolean {
  const before = field.problems.length;
  const told = accessory.fields.options.read(options, around);
  if (field.problems.length === before && isFunction<CheckOptions>(check.value)) {
    for (const { path, problem, hint } of check.value(told)) {
      refuse({ ...field, path: path === "" ? field.path : `${field.path}.${path}` }, problem, hint);
    }
  }
  return field.problems.length === before;
}

/** The service that runs an accessory's own command: called as an app's is, so that rotation of logs finds it. */
const ownService = "alcaide_app";
