// Environment variables: those of a program, which of them are secrets of the encrypted file, and how much they may hold.

import type { Problem } from "../../core/error.ts";
import { isSecret, type Secret } from "../../core/secret.ts";
import { quoteAlways } from "../../core/sh.ts";
import { list as listText } from "../../core/text.ts";
import { isVariableName } from "../../secrets/format.ts";
import { isReference } from "../../secrets/reference.ts";
import { describeKind, isRecord } from "../../core/kind.ts";
import { child, complain, type Complaint, type Field, refuse, shorten } from "../field/field.ts";
import { readNames, row } from "../field/kinds.ts";
import { readableFields } from "../field/missing.ts";
import type { About, Around, Declared, Row } from "../field/schema.ts";
import type { Config } from "../field/types.ts";

/** Variables by name. */
export type Variables = Readonly<Record<string, string | Secret>>;

/** How to declare variables. */
export interface VariablesOptions extends About {
  /** The field that they are read beside: its port is PORT. */
  readonly port?: (around: Around) => number;
  /** Names that are set by the program. */
  readonly refused?: readonly string[];
  /** Variables that are there besides; those of the user win. */
  readonly more?: (around: Around) => Variables;
}

/** Variables of a program. */
export function variables(options: VariablesOptions): Declared<Variables> {
  return {
    ...options,
    type: "Record<string, string | number | Secret>",
    form: "{ NAME: string | number | Secret }",
    becomes: "Readonly<Record<string, string | Secret>>",
    read: (field, around) => {
      const port = options.port?.(around);
      const own = readVariables(field, port, options.refused);
      const named = port === undefined || Object.hasOwn(own, "PORT") ? {} : { PORT: String(port) };
      return { ...options.more?.(around), ...own, ...named };
    },
    show: showVariables,
  };
}

/** Shows variables, each on one line: further lines of a value would look like fields of their own. */
function showVariables(name: string, env: Variables): Row[] {
  const shown = (text: string) => /[\r\n]/.test(text) || text === "" ? JSON.stringify(text) : text;
  return Object.entries(env).map(([key, value]) => [
    `${name}.${key}`,
    isSecret(value) ? "[secret]" : shown(value),
  ]);
}

/** Names of secrets that are variables; undefined for all. */
export function secretNames(options: About): Declared<readonly string[] | undefined> {
  const wanted = 'a name such as "DATABASE_URL"';
  const what = 'a list of names such as ["DATABASE_URL"]';
  return {
    ...options,
    type: "string[]",
    becomes: "readonly string[] | undefined",
    read: (field) =>
      field.value === undefined ? undefined : readNames(field, what, wanted, checkVariableName),
    show: (name, value) =>
      row(name, value === undefined ? "all that the encrypted file holds" : listText(value)),
  };
}

/** Reads a record of variables. */
function readVariables(
  field: Field,
  port?: number,
  refused: readonly string[] = [],
): Record<string, string | Secret> {
  const env: [string, string | Secret][] = [];
  if (field.value !== undefined && !isRecord(field.value)) {
    refuse(field, describeKind(field.value), 'Give a record such as { PHX_HOST: "shop.example.com" }');
  }
  for (const name of isRecord(field.value) ? Object.keys(field.value) : []) {
    const own = child(field, name);
    if (refused.includes(name)) refuse(own, "it is set by the program", "Leave it out");
    const value = readVariable(own, name, port);
    if (value !== undefined) env.push([name, value]);
  }
  return Object.fromEntries(env);
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

const nameHint = "Use letters, digits and underscores, no digit first";

function checkVariableName(name: string): Complaint | undefined {
  const problem = `${shorten(name)} isn't a name for a variable`;
  return isVariableName(name) ? undefined : { problem, hint: nameHint };
}

function readVariable(field: Field, name: string, port: number | undefined): string | Secret | undefined {
  if (!isVariableName(name)) {
    refuse(field, "its name isn't one for a variable", nameHint);
    return undefined;
  }
  const { value } = field;
  if (isSecret(value)) {
    // Its text isn't looked at: it may not be known before a server needs it.
    if (name === "PORT" && port !== undefined) {
      refuse(field, "it is a secret", "Leave it out: it is set from jail.port");
    }
    return value;
  }
  if (typeof value === "string" || (typeof value === "number" && Number.isFinite(value))) {
    complain(field, checkVariable(String(value), name, port));
    return String(value);
  }
  refuse(field, describeKind(value), variableHint(value));
  return undefined;
}

function checkVariable(value: string, name: string, port: number | undefined): Complaint | undefined {
  if (value.includes("\0")) return { problem: "it has a NUL character", hint: "No variable can hold one" };
  if (value.includes("[secret]")) {
    const hint = "Write secretUrl`…` for a URL, secretText`…` for any other text";
    return { problem: "it holds [secret]: a secret stands in a text that can't hold one", hint };
  }
  if (name !== "PORT" || port === undefined || value === String(port)) return undefined;
  const hint = "Leave PORT out: it is set from jail.port";
  return { problem: `it isn't jail.port, which is ${port}`, hint };
}

function variableHint(value: unknown): string {
  if (typeof value === "boolean") return `Write it as text: "${value}"`;
  if (value === undefined) return 'Give it a value, such as Deno.env.get("NAME") ?? "default"';
  if (isRecord(value) && typeof value["load"] === "function") return 'Name the secret, as in secrets("NAME")';
  return "Give a text, a number or a secret";
}

/**
 * Bytes of names and quoted values. FreeBSD hands a program 512 kB of variables and arguments together, which what it
 * starts itself needs, too; Linux, where tests run, hands it 128 kB in one variable.
 */
const most = 120_000;

/** Says which variables of a configuration are too many, of those whose values are known. */
export function checkVariables(config: Config): Problem[] {
  const { env, accessories } = config;
  const readable = readableFields(config);
  const build = readable.includes("build") ? config.build : undefined;
  const servers = readable.includes("servers") ? config.servers : [];
  return [
    ...problemsOf("env", env),
    ...servers.flatMap((one, index) =>
      one.env === undefined ? [] : problemsOf(`server[${index}].env`, { ...env, ...one.env })
    ),
    ...build?.kind === "jail" ? problemsOf("build.env", build.env) : [],
    ...Object.values(accessories).flatMap((one) => problemsOf(`accessories.${one.name}.env`, one.env)),
  ];
}

function problemsOf(path: string, env: Readonly<Record<string, string | Secret>>): Problem[] {
  const sizes = Object.entries(env).map(([name, value]) => ({ name, size: sizeOf(name, value) }));
  const total = sizes.reduce((sum, { size }) => sum + size, 0);
  if (total <= most) return [];
  const largest = sizes.reduce((a, b) => (b.size > a.size ? b : a));
  return [{
    path,
    problem: `its variables hold ${kB(total)} together, ${largest.name} ${
      kB(largest.size)
    } of it: a program gets at most ${kB(most)}`,
    hint: "Put long texts into files that the app reads",
  }];
}

function sizeOf(name: string, value: string | Secret): number {
  if (isReference(value)) return 0;
  const text = isSecret(value) ? value.reveal() : value;
  return text.includes("\0") ? 0 : new TextEncoder().encode(`${name}=${quoteAlways(text)}\n`).length;
}

function kB(bytes: number): string {
  return `${Math.ceil(bytes / 1000)} kB`;
}
