/**
 * The parts of an accessory that are scripts, files and the like.
 *
 * @module
 */

import { isSecret, type Secret } from "../core/secret.ts";
import type { AccessoryDatabase, AccessoryFiles, AccessoryScript } from "./accessory_types.ts";
import { checkPath } from "./volumes.ts";
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
import { readVariables } from "./env.ts";
import { readCommand as command } from "./kinds.ts";

/** Reads ports. */
export function readPorts(field: Field): number[] {
  const items = list(field, "a list of numbers such as [6379]") ?? [];
  const ports = items.map((item) => number(item, { least: 1, most: 65535, fallback: 1 }));
  refuseTwins(items, ports.map(String));
  return ports;
}

/** Reads variables of a service; they lie in a file that all may read. */
export function readRcConf(field: Field): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(readVariables(field))) {
    if (isSecret(value)) refuse(child(field, name), "it is a secret", "Put it into a file, which is 0400");
    else variables[name] = value;
  }
  return variables;
}

/** Reads files, or what makes them. */
export function readFiles(field: Field): Record<string, string | Secret> | AccessoryFiles {
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
export function readScript(field: Field): string | AccessoryScript | undefined {
  if (isFunction<AccessoryScript>(field.value)) return field.value;
  return command(field) || undefined;
}

/** Reads a function. */
export function readFunction<T>(field: Field): T | undefined {
  if (field.value === undefined || isFunction<T>(field.value)) return field.value as T | undefined;
  refuse(field, describeKind(field.value), "Give a function");
  return undefined;
}

/** Tells whether a value is a function; what it takes and gives is only known when it runs. */
export function isFunction<T>(value: unknown): value is T {
  return typeof value === "function";
}

/** Reads parameters of a jail. */
export function readParameters(field: Field): string[] {
  const items = list(field, 'a list of texts such as "sysvshm = new"') ?? [];
  const hint = { wanted: 'a parameter such as "sysvshm = new"', required: true, check: checkParameter };
  return items.map((item) => text(item, hint)).filter((one) => one !== "");
}

/** Reads a list of texts. */
export function readTexts(field: Field): string[] {
  return (list(field, "a list of texts") ?? []).map((item) =>
    text(item, { wanted: "a text", required: true })
  );
}

/** Reads how to work with what is in a database. */
export function readDatabase(field: Field): AccessoryDatabase | undefined {
  if (field.value === undefined) return undefined;
  const fields = record(field, ["console", "dump", "restore"], "a record of functions");
  if (fields === undefined) return undefined;
  for (const one of Object.values(fields)) {
    if (!isFunction(one.value)) refuse(one, describe(one.value), "Give a function");
  }
  return field.value as AccessoryDatabase;
}

/** One line of jail.conf, which ends at the semicolon that we write. */
function checkParameter(line: string): Complaint | undefined {
  if (/^[a-z][a-z0-9._]*( *\+?= *("[^"\n\\$;{}]*"|[A-Za-z0-9._:/,|-]+))?$/.test(line)) return undefined;
  return { problem: `${shorten(line)} is no parameter of a jail`, hint: 'Give one such as "sysvshm = new"' };
}
