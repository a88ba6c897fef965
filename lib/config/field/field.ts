// Reading values of unknown type: every reader notes what is wrong with a value and goes on with a fallback, so that all
// problems can be said at once.

import type { Problem } from "../../core/error.ts";
import { describeKind, isRecord } from "../../core/kind.ts";
import { didYouMean } from "../../core/text.ts";

/** A value with its place in the configuration, and where its problems are noted. */
export interface Field {
  /** Where it is: `jail.port`, `server[1].host`. */
  readonly path: string;
  readonly value: unknown;
  readonly problems: Problem[];
}

/** The problem of a value, and a right one. */
export type Complaint = Omit<Problem, "path">;

/** Looks at a value; undefined when it is fine. */
export type Check<T> = (value: T) => Complaint | undefined;

/** How to read a text. */
export interface TextOptions {
  /** The right form, after "Give": `a text such as "shop"`. */
  readonly wanted: string;
  /** The value to go on with when there is none. */
  readonly fallback?: string;
  readonly required?: boolean;
  readonly check?: Check<string>;
}

/** How to read a number. */
export interface NumberOptions {
  /** The smallest that is fine, and the largest. */
  readonly range: readonly [least: number, most: number];
  /** The value to go on with when there is none. */
  readonly fallback: number;
  readonly fraction?: boolean;
  /** The unit, such as `seconds`. */
  readonly unit?: string;
}

/** Notes that a value can't be used. */
export function refuse(field: Field, problem: string, hint?: string): void {
  field.problems.push({ path: field.path, problem, ...(hint === undefined ? {} : { hint }) });
}

/** Notes a complaint, if there is one; says whether there is. */
export function complain(field: Field, complaint: Complaint | undefined): boolean {
  if (complaint !== undefined) refuse(field, complaint.problem, complaint.hint);
  return complaint !== undefined;
}

/** Makes a check by a pattern. The problem goes on after the text: `"a b" is not a user's name`. */
export function matching(pattern: RegExp, problem: string, hint: string): Check<string> {
  return (text) => pattern.test(text) ? undefined : { problem: `${shorten(text)} ${problem}`, hint };
}

/** Says in a few words what a value is: `it is "x"`, `it is a list`. */
export function describe(value: unknown): string {
  if (typeof value === "string") return value === "" ? "it is empty" : `it is ${shorten(value)}`;
  if (typeof value === "number" || typeof value === "boolean") return `it is ${value}`;
  return describeKind(value);
}

function missingOr(value: unknown): string {
  return value === undefined ? "it is missing" : describe(value);
}

/** A text as it stands in a message: in quotes, escaped, not endless. */
export function shorten(text: string, most = 60): string {
  return JSON.stringify(text.length > most ? `${text.slice(0, most)}…` : text);
}

/** The field of a key below a record. */
export function child(field: Field, key: string): Field {
  const name = /^[A-Za-z_$][\w$]*$/.test(key) ? key : `[${shorten(key, 30)}]`;
  const path = field.path === "" ? name : name.startsWith("[") ? field.path + name : `${field.path}.${name}`;
  const record = field.value;
  const value = isRecord(record) && Object.hasOwn(record, key) ? record[key] : undefined;
  return { path, value, problems: field.problems };
}

/** Reads a text; the fallback when there is none or it is wrong. */
export function text(field: Field, options: TextOptions): string {
  const { wanted, fallback = "", required = false, check } = options;
  if (field.value === undefined && !required) return fallback;
  if (typeof field.value !== "string" || field.value === "") {
    refuse(field, missingOr(field.value), `Give ${wanted}`);
    return fallback;
  }
  return complain(field, check?.(field.value)) ? fallback : field.value;
}

/** Reads a number; the fallback when there is none or it is wrong. */
export function number(field: Field, options: NumberOptions): number {
  const { range: [least, most], fallback, fraction = false, unit } = options;
  const { value } = field;
  if (value === undefined) return fallback;
  const fits = typeof value === "number" && value >= least && value <= most &&
    (fraction || Number.isInteger(value));
  if (fits) return value;
  const kind = fraction ? "number" : "whole number";
  refuse(field, describe(value), `Give a ${kind}${unit ? ` of ${unit}` : ""} from ${least} to ${most}`);
  return fallback;
}

/** Reads one of several texts; the fallback when there is none or it is wrong. */
export function choice<T extends string>(field: Field, choices: readonly T[]): T | undefined {
  if (field.value === undefined) return undefined;
  const found = choices.find((one) => one === field.value);
  if (found !== undefined) return found;
  refuse(field, describe(field.value), `Give ${choices.map((one) => `"${one}"`).join(" or ")}`);
  return undefined;
}

/** Reads a record with known keys: a field for each. Unknown keys are noted. Undefined when it is no record. */
export function record<K extends string>(
  field: Field,
  keys: readonly K[],
  wanted: string,
): Readonly<Record<K, Field>> | undefined {
  if (!isRecord(field.value)) {
    refuse(field, missingOr(field.value), `Give ${wanted}`);
    return undefined;
  }
  for (const key of Object.keys(field.value)) {
    if (!(keys as readonly string[]).includes(key)) {
      refuse(child(field, key), "there is no such field", didYouMean(key, keys));
    }
  }
  return Object.fromEntries(keys.map((key) => [key, child(field, key)])) as Record<K, Field>;
}

/** Reads a list: a field for each item, none when it is absent. Undefined when it is no list. */
export function list(field: Field, wanted: string): Field[] | undefined {
  if (field.value === undefined) return [];
  if (!Array.isArray(field.value)) {
    refuse(field, describe(field.value), `Give ${wanted}`);
    return undefined;
  }
  // Array.from, not map: a hole in the list is a value that is undefined.
  return Array.from(field.value, (value: unknown, index) => ({
    path: `${field.path}[${index}]`,
    value,
    problems: field.problems,
  }));
}

/** Reads one thing or a list of them. */
export function oneOrMany(field: Field): Field[] {
  if (Array.isArray(field.value)) return list(field, "a list") ?? [];
  return field.value === undefined ? [] : [field];
}

/** Notes every item that says the same as one before it. */
export function refuseTwins(fields: readonly Field[], keys: readonly string[]): void {
  keys.forEach((key, index) => {
    const first = keys.indexOf(key);
    const [field, twin] = [fields[index], fields[first]];
    if (first === index || key === "" || field === undefined || twin === undefined) return;
    refuse(field, `it is the same as ${twin.path}`, "Name it once");
  });
}
