// The fields of an accessory.

import type { Problem } from "../../core/error.ts";
import { isSecret, type Secret } from "../../core/secret.ts";
import type { AccessoryDatabase, AccessoryFiles, AccessoryScript } from "../field/accessory_types.ts";
import { readRcConf, variables } from "./env.ts";
import { describeKind, isRecord } from "../../core/kind.ts";
import {
  child,
  complain,
  describe,
  type Field,
  list,
  matching,
  number,
  record,
  refuse,
  refuseTwins,
  text,
} from "../field/field.ts";
import { limits, readParameters } from "./jail.ts";
import {
  command,
  integer,
  optionalInteger,
  packages,
  readCommand,
  readCommands,
  seconds,
  string,
} from "../field/kinds.ts";
import { type About, type Declared, renamed, shape } from "../field/schema.ts";
import { readServerName } from "./servers.ts";
import { checkPath, volumes } from "./volumes.ts";

/** Declares a field of some type that `alcaide config` doesn't show. */
function part<T>(type: string, read: Declared<T>["read"], about: About & { becomes?: string }): Declared<T> {
  return { becomes: type.replace(/^\w+\[\]/, "readonly $&"), ...about, type, read, show: () => [] };
}

/** The same for a command, or a function that makes one. */
function scriptPart(about: About): Declared<string | AccessoryScript | undefined> {
  const type = "string | AccessoryScript";
  return part(type, readScript, { becomes: `${type} | undefined`, ...about });
}

const checkWord = matching(
  /^[a-z][a-z0-9_-]*$/,
  "is not a single word",
  "Use small letters, digits, - and _",
);
const checkVersion = matching(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "is not a version", 'Give one such as "16"');

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
      resolved: "Its version; empty when that means nothing.",
      wanted: 'a version such as "16"',
      check: checkVersion,
    }),
    server: renamed(
      "servers",
      part("string", readServerName, {
        text:
          'With several servers: the one that it runs on, by name, those of a tag, or `"all"` for one on each.',
        resolved: "The servers that it runs on, by name.",
        becomes: "readonly string[]",
      }),
    ),
    packages: packages({ text: "Packages to install in its jail." }),
    volumes: volumes({
      text: 'Host directories that outlive the jail, each as `"/host/directory:/directory/in/the/jail"`.',
    }),
    ports: part("number[]", readPorts, {
      text: "The ports that it listens on, the main one first.",
      resolved: "The ports that it listens on, the main one first.",
    }),
    env: variables({
      text: "Environment of `start`, `setup` and `health`; `ADDRESS` and `PORT` are set.",
      resolved: "Environment of its commands.",
      refused: ["ADDRESS", "PORT"],
    }),
    start: command({
      text: "The command that runs it, watched over and started again when it ends. Not beside `rc`.",
      resolved: "The command that runs it; empty when a package's service does.",
    }),
    rc: string({
      text: "The service of a package that runs it, as `service NAME start` calls it. Not beside `start`.",
      resolved: "The service that runs it.",
      wanted: 'the name of a service such as "postgresql"',
      check: checkWord,
    }),
    rcConf: part("Record<string, string>", readRcConf, {
      text: "Variables of that service, as in `rc.conf`.",
      becomes: "Readonly<Record<string, string>>",
    }),
    uid: optionalInteger({
      text: "User id that owns volumes and logs.",
      otherwise: "one of its own, which `start` runs as",
      resolved: "User id that owns volumes and logs; undefined for one of its own.",
      range: [1, 65533],
    }),
    files: part("Record<string, string | Secret> | AccessoryFiles", readFiles, {
      text: "Files in the jail: path to text.",
      becomes: "Readonly<Record<string, string | Secret>> | AccessoryFiles",
    }),
    setup: part("string[] | AccessoryScript", readSetup, {
      text: "The command that prepares it, run again when it changes: it must be possible to run it twice.",
    }),
    health: scriptPart({
      text: "The health command: status 0 means well.",
      otherwise: "its service runs and its ports are open",
      resolved: "The health command; undefined for its service and ports.",
    }),
    change: scriptPart({
      text: "The command that makes a running one take changed files.",
      otherwise: "its service is restarted",
      resolved: "The command that makes it take changed files; undefined for a restart.",
    }),
    apply: part("AccessoryScript", readFunction<AccessoryScript>, {
      text: "The commands to run once it is well, and again when they change.",
      becomes: "AccessoryScript | undefined",
    }),
    timeout: seconds({ text: "Seconds that it gets to become well.", fallback: 60, range: [1, 3600] }),
    stopTimeout: integer({
      text: "Seconds that it gets to end once it is asked to; after that it is killed.",
      fallback: 60,
      range: [1, 3600],
      unit: "seconds",
    }),
    limits,
    parameters: part("string[]", readParameters, {
      text: 'Further parameters of its jail, such as `"sysvshm = new"`.',
    }),
    options: part("Record<string, unknown>", readOptions, {
      text: "The options given to the function that made it; handed to its functions, and compared by setup.",
      becomes: "Readonly<Record<string, unknown>>",
    }),
    check: part("(options: Readonly<Record<string, unknown>>) => Problem[]", readFunction<CheckOptions>, {
      text: "Problems of those options.",
    }),
    upgrade: part("string[]", readTexts, { text: "Advice for a changed version, a step each." }),
    database: part("AccessoryDatabase", readDatabase, {
      text: "For databases: work with its data.",
      resolved: "How to work with its data; undefined for what is no database.",
      becomes: "AccessoryDatabase | undefined",
    }),
  },
});

/** Looks at options. */
export type CheckOptions = (options: Readonly<Record<string, unknown>>) => Problem[];

function readOptions(field: Field): Readonly<Record<string, unknown>> {
  if (field.value === undefined || isRecord(field.value)) return field.value ?? {};
  refuse(field, describeKind(field.value), "Give a record");
  return {};
}

function readPorts(field: Field): number[] {
  const items = list(field, "a list of numbers such as [6379]") ?? [];
  const ports = items.map((item) => number(item, { range: [1, 65535], fallback: 1 }));
  refuseTwins(items, ports.map(String));
  return ports;
}

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
    complain(own, checkPath(path));
    if (typeof value === "string" || isSecret(value)) files.push([path, value]);
    else refuse(own, describeKind(value), "Give a text or a secret");
  }
  return Object.fromEntries(files);
}

function readSetup(field: Field): string[] | AccessoryScript {
  return isFunction<AccessoryScript>(field.value) ? field.value : readCommands(field);
}

/** Reads a script: a command, or a function that makes one. */
function readScript(field: Field): string | AccessoryScript | undefined {
  if (isFunction<AccessoryScript>(field.value)) return field.value;
  return readCommand(field) || undefined;
}

function readFunction<T>(field: Field): T | undefined {
  if (field.value === undefined || isFunction<T>(field.value)) return field.value as T | undefined;
  refuse(field, describeKind(field.value), "Give a function");
  return undefined;
}

/** Tells whether a value is a function; what it takes and gives is only known when it runs. */
export function isFunction<T>(value: unknown): value is T {
  return typeof value === "function";
}

function readTexts(field: Field): string[] {
  return (list(field, "a list of texts") ?? []).map((item) =>
    text(item, { wanted: "a text", required: true })
  );
}

/** Reads how to work with what is in a database. */
function readDatabase(field: Field): AccessoryDatabase | undefined {
  if (field.value === undefined) return undefined;
  const fields = record(field, ["console", "dump", "restore", "size"], "a record of functions");
  if (fields === undefined) return undefined;
  for (const one of Object.values(fields)) {
    const { value } = one;
    if (isFunction(value) || one === fields.size && value === undefined) continue;
    refuse(one, value === undefined ? "it is missing" : describe(value), "Give a function");
  }
  return field.value as AccessoryDatabase;
}
