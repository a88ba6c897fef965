/**
 * The accessories of a configuration.
 *
 * @module
 */

import type { Accessory, AccessoryProblem, AccessoryScript } from "./accessory_types.ts";
import {
  child,
  type Complaint,
  describeKind,
  type Field,
  isRecord,
  number,
  record,
  refuse,
  shorten,
  text,
} from "./field.ts";
import { list as listText } from "../core/text.ts";
import { appName } from "./app.ts";
import { readVariables } from "./env.ts";
import { readCommand as command, readCommands as commands, readPackages, row } from "./kinds.ts";
import type { Around, Declared } from "./schema.ts";
import {
  isFunction,
  readDatabase,
  readFiles,
  readFunction,
  readParameters,
  readPorts,
  readRcConf,
  readScript,
  readTexts,
} from "./accessory_parts.ts";
import type { Server, Volume } from "./values.ts";
import { overlap, readVolumes } from "./volumes.ts";

/** The fields of an accessory. */
export const accessoryKeys = [
  "kind",
  "version",
  "server",
  "packages",
  "volumes",
  "ports",
  "env",
  "start",
  "rc",
  "rcConf",
  "uid",
  "files",
  "setup",
  "health",
  "change",
  "apply",
  "timeout",
  "stopTimeout",
  "parameters",
  "options",
  "check",
  "upgrade",
  "database",
] as const;

type Fields = Readonly<Record<typeof accessoryKeys[number], Field>>;

const wanted = "postgresql({ … }), redis({ … }) or service({ … })";

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
    refuse(field, describeKind(field.value), `Give a record such as { db: ${wanted.split(",")[0]} }`);
    return {};
  }
  const found: Record<string, Accessory> = {};
  const taken: { path: string; volume: Volume }[] = around.config.volumes.map((volume) => ({
    path: "volumes",
    volume,
  }));
  for (const name of Object.keys(field.value)) {
    const own = child(field, name);
    const complaint = checkName(name);
    if (complaint) refuse(own, complaint.problem, complaint.hint);
    const accessory = readAccessory(own, name, around);
    if (accessory === undefined) continue;
    refuseShared(own, accessory, taken);
    taken.push(...accessory.volumes.map((volume) => ({ path: own.path, volume })));
    found[name] = accessory;
  }
  return found;
}

function checkName(name: string): Complaint | undefined {
  if (["blue", "green", "build", "localhost"].includes(name)) {
    return { problem: `${shorten(name)} is taken: it names something else`, hint: "Choose another name" };
  }
  if (/^[a-z][a-z0-9]{0,29}$/.test(name)) return undefined;
  const plain = appName(name)?.replaceAll("_", "");
  const proposed = plain === undefined || plain === name || checkName(plain) ? undefined : plain;
  return {
    problem: `${shorten(name)} isn't only small letters and digits, beginning with a letter`,
    hint: proposed === undefined ? 'Give a name such as "db"' : `Write ${shorten(proposed)}`,
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
  // Said without its text: who writes a password here by mistake doesn't want to read it.
  if (!isRecord(field.value)) refuse(field, describeKind(field.value), `Give ${wanted}`);
  const fields = isRecord(field.value) ? record(field, accessoryKeys, wanted) : undefined;
  if (fields === undefined) return undefined;
  const options = isRecord(fields.options.value) ? fields.options.value : {};
  if (fields.options.value !== undefined && !isRecord(fields.options.value)) {
    refuse(fields.options, describeKind(fields.options.value), "Give a record");
    return undefined;
  }
  // What a function makes of options that are wrong is wrong as well: only the options are worth a word.
  const problems = checkOptions(fields.check, options);
  for (const { path, problem, hint } of problems) {
    refuse({ ...field, path: path === "" ? field.path : `${field.path}.${path}` }, problem, hint);
  }
  if (problems.length > 0) return undefined;
  const ports = readPorts(fields.ports);
  const start = command(fields.start);
  const rc = readRc(field, fields, start);
  return {
    name,
    kind: text(fields.kind, { wanted: 'a word such as "service"', fallback: "service", check: checkWord }),
    version: text(fields.version, { wanted: 'a version such as "16"', check: checkVersion }),
    servers: readServer(field, fields.server, around.config.servers),
    packages: readPackages(fields.packages),
    volumes: readVolumes(fields.volumes, around.config.jail.basePath),
    ports,
    env: readVariables(fields.env, { refused: ["ADDRESS", "PORT"] }),
    start,
    rc,
    rcConf: readRcConf(fields.rcConf),
    uid: fields.uid.value === undefined
      ? undefined
      : number(fields.uid, { least: 1, most: 65533, fallback: 1 }),
    files: readFiles(fields.files),
    setup: isFunction<AccessoryScript>(fields.setup.value) ? fields.setup.value : commands(fields.setup),
    health: readScript(fields.health),
    change: readScript(fields.change),
    apply: readFunction<AccessoryScript>(fields.apply),
    timeout: number(fields.timeout, { least: 1, most: 3600, fallback: 60, unit: "seconds" }) * 1000,
    stopTimeout: number(fields.stopTimeout, { least: 1, most: 3600, fallback: 60, unit: "seconds" }),
    parameters: readParameters(fields.parameters),
    options,
    upgrade: readTexts(fields.upgrade),
    database: readDatabase(fields.database),
  };
}

function checkOptions(field: Field, options: Record<string, unknown>): AccessoryProblem[] {
  if (!isFunction<(options: unknown) => AccessoryProblem[]>(field.value)) {
    readFunction(field);
    return [];
  }
  return field.value(options);
}

function readRc(field: Field, fields: Fields, start: string): string {
  const rc = text(fields.rc, { wanted: 'the name of a service such as "postgresql"', check: checkWord });
  if (start !== "" && rc !== "") refuse(fields.rc, "it stands beside start", "Give one or the other");
  if (start === "" && fields.start.value === undefined && fields.rc.value === undefined) {
    refuse(field, "it says neither start nor rc", "Say which command runs it, or which service of a package");
  }
  return rc === "" ? ownService : rc;
}

/** The service that runs an accessory's own command: called as an app's is, so that rotation of logs finds it. */
export const ownService = "alcaide_app";

function readServer(field: Field, own: Field, servers: readonly Server[]): string[] {
  const names = servers.map((server) => server.name);
  const which = text(own, { wanted: 'the name of a server, or "all"' });
  if (which === "all" || (which === "" && names.length < 2)) return names;
  if (which === "") {
    if (own.value === undefined) {
      refuse(
        { ...field, path: `${field.path}.server` },
        "it is missing: jails' addresses reach no further than their own server",
        `Give one of ${names.map((name) => `"${name}"`).join(", ")}, or "all" for one on each`,
      );
    }
    return [];
  }
  if (names.includes(which)) return [which];
  refuse(own, `there is no server ${shorten(which)}`, `Give one of ${names.join(", ")}, or "all"`);
  return [];
}

function checkWord(word: string): Complaint | undefined {
  if (/^[a-z][a-z0-9_-]*$/.test(word)) return undefined;
  return { problem: `${shorten(word)} is no single word`, hint: "Use small letters, digits, - and _" };
}

function checkVersion(version: string): Complaint | undefined {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(version)) return undefined;
  return { problem: `${shorten(version)} is no version`, hint: 'Give one such as "16"' };
}
