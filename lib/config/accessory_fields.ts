/**
 * The fields of an accessory.
 *
 * @module
 */

import { isSecret, type Secret } from "../core/secret.ts";
import type {
  AccessoryDatabase,
  AccessoryFiles,
  AccessoryProblem,
  AccessoryScript,
} from "./accessory_types.ts";
import { readRcConf, variables } from "./env.ts";
import {
  child,
  type Complaint,
  describe,
  describeKind,
  type Field,
  isRecord,
  list,
  number,
  record,
  refuse,
  refuseTwins,
  shorten,
  text,
} from "./field.ts";
import { readParameters } from "./jail.ts";
import {
  command,
  integer,
  optionalInteger,
  packages,
  readCommand,
  readCommands,
  seconds,
  string,
} from "./kinds.ts";
import { type About, type Declared, renamed, shape } from "./schema.ts";
import { readServerName } from "./servers.ts";
import { checkPath, volumes } from "./volumes.ts";

/** Declares a field that `alcaide config` doesn't show. */
function part<T>(options: About & Pick<Declared<T>, "type" | "read">): Declared<T> {
  return { ...options, becomes: "", show: () => [] };
}

/** An accessory, as a user writes it. */
export const accessory = shape({
  name: "UserAccessory",
  text:
    "A supporting service in a jail of its own, as `service()` takes and gives it. A text runs in the jail as root; " +
    "a function makes a script for the server, which {@linkcode inJail} brings into the jail.",
  wanted: "postgresql({ … }), redis({ … }) or service({ … })",
  fields: {
    kind: string({
      text: "Its kind, in one word.",
      fallback: "service",
      wanted: 'a word such as "service"',
      check: checkWord,
    }),
    version: string({
      text:
        "Its version, when a change of it needs more than a new package: setup then refuses it and says what to do.",
      wanted: 'a version such as "16"',
      check: checkVersion,
    }),
    server: renamed(
      "servers",
      part({
        text: 'With several servers: the one that it runs on, by name, or `"all"` for one on each.',
        type: "string",
        read: readServerName,
      }),
    ),
    packages: packages({ text: "Packages to install in its jail." }),
    volumes: volumes({
      text: 'Host directories that outlive the jail, each as `"/host/directory:/directory/in/the/jail"`.',
    }),
    ports: part({
      text: "The ports that it listens on, the main one first.",
      type: "number[]",
      read: readPorts,
    }),
    env: variables({
      text: "Environment of `start`, `setup` and `health`; `ADDRESS` and `PORT` are set.",
      refused: ["ADDRESS", "PORT"],
    }),
    start: command({
      text: "The command that runs it, watched over and started again when it ends. Not beside `rc`.",
    }),
    rc: string({
      text: "The service of a package that runs it, as `service NAME start` calls it. Not beside `start`.",
      wanted: 'the name of a service such as "postgresql"',
      check: checkWord,
    }),
    rcConf: part({
      text: "Variables of that service, as in `rc.conf`.",
      type: "Record<string, string>",
      read: readRcConf,
    }),
    uid: optionalInteger({
      text: "User id that owns volumes and logs.",
      otherwise: "one of its own, which `start` runs as",
      least: 1,
      most: 65533,
    }),
    files: part({
      text: "Files in the jail: path to text.",
      type: "Record<string, string | Secret> | AccessoryFiles",
      read: readFiles,
    }),
    setup: part({
      text: "The command that prepares it, run again when it changes: it must be possible to run it twice.",
      type: "string[] | AccessoryScript",
      read: (field) => isFunction<AccessoryScript>(field.value) ? field.value : readCommands(field),
    }),
    health: part({
      text: "The health command: status 0 means well.",
      otherwise: "its service runs and its ports are open",
      type: "string | AccessoryScript",
      read: readScript,
    }),
    change: part({
      text: "The command that makes a running one take changed files.",
      otherwise: "its service is restarted",
      type: "string | AccessoryScript",
      read: readScript,
    }),
    apply: part({
      text: "The commands to run once it is well, and again when they change.",
      type: "AccessoryScript",
      read: readFunction<AccessoryScript>,
    }),
    timeout: seconds({
      text: "Seconds that it gets to become well.",
      fallback: 60,
      least: 1,
      most: 3600,
    }),
    stopTimeout: integer({
      text: "Seconds that it gets to end.",
      fallback: 60,
      least: 1,
      most: 3600,
      unit: "seconds",
    }),
    parameters: part({
      text: 'Further parameters of its jail, such as `"sysvshm = new"`.',
      type: "string[]",
      read: readParameters,
    }),
    options: part({
      text: "The options given to the function that made it; handed to its functions, and compared by setup.",
      type: "Record<string, unknown>",
      read: readOptions,
    }),
    check: part({
      text: "Problems of those options.",
      type: "(options: Readonly<Record<string, unknown>>) => AccessoryProblem[]",
      read: readFunction<CheckOptions>,
    }),
    upgrade: part({
      text: "Advice for a changed version, a step each.",
      type: "string[]",
      read: readTexts,
    }),
    database: part({
      text: "For databases: work with its data.",
      type: "AccessoryDatabase",
      read: readDatabase,
    }),
  },
});

/** Looks at options. */
export type CheckOptions = (options: Readonly<Record<string, unknown>>) => AccessoryProblem[];

function readOptions(field: Field): Readonly<Record<string, unknown>> {
  if (field.value === undefined || isRecord(field.value)) return field.value ?? {};
  refuse(field, describeKind(field.value), "Give a record");
  return {};
}

/** Reads ports. */
function readPorts(field: Field): number[] {
  const items = list(field, "a list of numbers such as [6379]") ?? [];
  const ports = items.map((item) => number(item, { least: 1, most: 65535, fallback: 1 }));
  refuseTwins(items, ports.map(String));
  return ports;
}

/** Reads files, or what makes them. */
function readFiles(field: Field): Record<string, string | Secret> | AccessoryFiles {
  if (isFunction<AccessoryFiles>(field.value)) return field.value;
  if (field.value === undefined) return {};
  if (!isRecord(field.value)) {
    refuse(field, describeKind(field.value), 'Give a record such as { "/usr/local/etc/x.conf": "…" }');
    return {};
  }
  const files: [string, string | Secret][] = [];
  for (const [path, value] of Object.entries(field.value)) {
    const own = child(field, path);
    const complaint = checkPath(path);
    if (complaint) refuse(own, complaint.problem, complaint.hint);
    if (typeof value === "string" || isSecret(value)) files.push([path, value]);
    else refuse(own, describeKind(value), "Give a text or a secret");
  }
  return Object.fromEntries(files);
}

/** Reads a script: a command, or a function that makes one. */
function readScript(field: Field): string | AccessoryScript | undefined {
  if (isFunction<AccessoryScript>(field.value)) return field.value;
  return readCommand(field) || undefined;
}

/** Reads a function. */
function readFunction<T>(field: Field): T | undefined {
  if (field.value === undefined || isFunction<T>(field.value)) return field.value as T | undefined;
  refuse(field, describeKind(field.value), "Give a function");
  return undefined;
}

/** Tells whether a value is a function; what it takes and gives is only known when it runs. */
export function isFunction<T>(value: unknown): value is T {
  return typeof value === "function";
}

/** Reads a list of texts. */
function readTexts(field: Field): string[] {
  return (list(field, "a list of texts") ?? []).map((item) =>
    text(item, { wanted: "a text", required: true })
  );
}

/** Reads how to work with what is in a database. */
function readDatabase(field: Field): AccessoryDatabase | undefined {
  if (field.value === undefined) return undefined;
  const fields = record(field, ["console", "dump", "restore"], "a record of functions");
  if (fields === undefined) return undefined;
  for (const one of Object.values(fields)) {
    if (!isFunction(one.value)) refuse(one, describe(one.value), "Give a function");
  }
  return field.value as AccessoryDatabase;
}

function checkWord(word: string): Complaint | undefined {
  if (/^[a-z][a-z0-9_-]*$/.test(word)) return undefined;
  return { problem: `${shorten(word)} is not a single word`, hint: "Use small letters, digits, - and _" };
}

function checkVersion(version: string): Complaint | undefined {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(version)) return undefined;
  return { problem: `${shorten(version)} is not a version`, hint: 'Give one such as "16"' };
}
