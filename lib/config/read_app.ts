/**
 * The parts of a configuration that say what the app is and how it runs.
 *
 * @module
 */

import { isVariableName } from "../secrets/format.ts";
import { isSecret, type Secret } from "../core/secret.ts";
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
import type { Config } from "./types.ts";

/** Looks whether a text can name an app, its jails and what belongs to them. */
export function checkAppName(name: string): Complaint | undefined {
  const proposed = appName(name);
  if (!/^[a-z][a-z0-9_]*$/.test(name)) {
    return {
      problem: `${shorten(name)} isn't only small letters, digits and underscores, beginning with a letter`,
      hint: proposed === undefined ? 'Give a name such as "shop"' : `Write ${shorten(proposed)}`,
    };
  }
  if (name.length > 30) {
    return { problem: `${shorten(name)} is longer than 30 characters`, hint: "Shorten it" };
  }
  const ending = /_(blue|green|build)$/.exec(name)?.[0];
  if (ending === undefined) return undefined;
  return { problem: `${shorten(name)} ends like the name of a jail`, hint: `Leave out "${ending}"` };
}

/** The nearest valid app name to a text, such as a directory's name; undefined when nothing is left of it. */
export function appName(name: string): string | undefined {
  const plain = name.normalize("NFKD").toLowerCase().replace(/\p{M}/gu, "").replace(/[^a-z0-9]+/g, "_");
  const short = plain.replace(/^[^a-z]+/, "").slice(0, 30).replace(/(_(blue|green|build))*_*$/, "");
  return short === "" ? undefined : short;
}

/** Reads a command: one line of text for `/bin/sh`. What it holds is in no message: it may be confidential. */
export function command(field: Field, options: { fallback?: string; required?: boolean } = {}): string {
  return text(field, { wanted: 'a command such as "bin/shop start"', check: checkCommand, ...options });
}

/** Reads a list of commands. */
export function commands(field: Field): string[] {
  const items = list(field, "a list of commands") ?? [];
  return items.map((item) => command(item, { required: true }));
}

/** Reads the app's variables; PORT is the jail's port. */
export function readEnv(field: Field, port: number): Config["env"] {
  const env = readVariables(field, { port });
  return Object.hasOwn(env, "PORT") ? env : { ...env, PORT: String(port) };
}

/** What variables may not be. */
export interface VariableOptions {
  /** What PORT has to be, where that is known. */
  readonly port?: number;
  /** Names that are set by the program. */
  readonly refused?: readonly string[];
}

/** Reads a record of variables. */
export function readVariables(field: Field, options: VariableOptions = {}): Record<string, string | Secret> {
  const env: [string, string | Secret][] = [];
  if (field.value !== undefined && !isRecord(field.value)) {
    refuse(field, describeKind(field.value), 'Give a record such as { PHX_HOST: "shop.example.com" }');
  }
  for (const name of isRecord(field.value) ? Object.keys(field.value) : []) {
    const own = child(field, name);
    if (options.refused?.includes(name)) refuse(own, "it is set by the program", "Leave it out");
    const value = readVariable(own, name, options.port);
    if (value !== undefined) env.push([name, value]);
  }
  return Object.fromEntries(env);
}

/** Reads which secrets are variables of the app; undefined when nothing is said. */
export function readSecretEnv(field: Field): string[] | undefined {
  if (field.value === undefined) return undefined;
  const items = list(field, 'a list of names such as ["DATABASE_URL"]') ?? [];
  const names = items.map((item) =>
    text(item, { wanted: 'a name such as "DATABASE_URL"', required: true, check: checkVariableName })
  );
  refuseTwins(items, names);
  return names;
}

function checkVariableName(name: string): Complaint | undefined {
  if (isVariableName(name)) return undefined;
  const hint = "Use letters, digits and underscores, no digit first";
  return { problem: `${shorten(name)} isn't a name for a variable`, hint };
}

/** Reads how to see that a release is well. */
export function readHealth(field: Field, healthPath = "/"): Config["health"] {
  const well: Config["health"] = { path: healthPath, status: [200, 399], timeout: 60_000, interval: 1000 };
  if (field.value === undefined) return well;
  const fields = record(
    field,
    ["path", "status", "timeout", "interval"],
    'a record such as { path: "/health" }',
  );
  if (fields === undefined) return well;
  const timeout = number(fields.timeout, {
    least: 1,
    most: 3600,
    fallback: 60,
    fraction: true,
    unit: "seconds",
  });
  const interval = number(fields.interval, {
    least: 0.1,
    most: 600,
    fallback: 1,
    fraction: true,
    unit: "seconds",
  });
  if (interval > timeout) {
    refuse(fields.interval, `it is longer than health.timeout, ${timeout}`, "Use a smaller number");
  }
  return {
    path: text(fields.path, {
      wanted: 'a path such as "/health"',
      fallback: healthPath,
      check: checkHealthPath,
    }),
    status: readStatus(fields.status),
    timeout: timeout * 1000,
    interval: interval * 1000,
  };
}

function checkCommand(line: string): Complaint | undefined {
  if (line.trim() === "") return { problem: "it is blank", hint: "Give a command or leave it out" };
  if (/[\r\n]/.test(line)) {
    return {
      problem: "it has more than one line",
      hint: "Join the commands with && or put them into a script",
    };
  }
  if (line.includes("\0")) return { problem: "it has a NUL character", hint: "Remove it" };
  return undefined;
}

/** Looks whether a text is a path that can be asked for. */
export function checkHealthPath(path: string): Complaint | undefined {
  if (!path.startsWith("/")) {
    return { problem: `${shorten(path)} isn't absolute`, hint: 'Give a path that begins with "/"' };
  }
  if (/^[\x21-\x7e]+$/.test(path) && !path.includes("#")) return undefined;
  return {
    problem: `${shorten(path)} has a character that no request can hold`,
    hint: "Write blanks and the like as %XX",
  };
}

function readStatus(field: Field): readonly [number, number] {
  const { value } = field;
  if (value === undefined) return [200, 399];
  const pair: unknown[] = Array.isArray(value) ? value : [value, value];
  const [least, most] = pair;
  const fits = pair.length === 2 && isStatus(least) && isStatus(most);
  if (fits && least <= most) return [least, most];
  const problem = fits ? `${least} is more than ${most}` : describe(value);
  refuse(field, problem, "Give a status from 100 to 599, or a range such as [200, 399]");
  return [200, 399];
}

function isStatus(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 100 && value <= 599;
}

function readVariable(field: Field, name: string, port: number | undefined): string | Secret | undefined {
  if (!isVariableName(name)) {
    refuse(field, "its name isn't one for a variable", "Use letters, digits and underscores, no digit first");
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
    const complaint = checkVariable(String(value), name, port);
    if (complaint) refuse(field, complaint.problem, complaint.hint);
    return String(value);
  }
  refuse(field, describeKind(value), variableHint(value));
  return undefined;
}

function checkVariable(value: string, name: string, port: number | undefined): Complaint | undefined {
  if (value.includes("\0")) return { problem: "it has a NUL character", hint: "No variable can hold one" };
  if (name !== "PORT" || port === undefined || value === String(port)) return undefined;
  return {
    problem: `it isn't jail.port, which is ${port}`,
    hint: "Leave PORT out: it is set from jail.port",
  };
}

function variableHint(value: unknown): string {
  if (typeof value === "boolean") return `Write it as text: "${value}"`;
  if (value === undefined) return 'Give it a value, such as Deno.env.get("NAME") ?? "default"';
  return "Give a text, a number or a secret";
}
