// The kind of a value that somebody gave: what it is, in words, and a refusal of one that is of no use. An editor sees such a
// mistake by the types, but nothing looks at types when an Alcaidefile runs.

import { AlcaideError } from "./error.ts";
import { isSecret } from "./secret.ts";

/** Says what kind of thing a value is, and nothing of what it holds. */
export function describeKind(value: unknown): string {
  if (value === null || value === undefined) return `it is ${value}`;
  if (isSecret(value)) return "it is a secret";
  if (Array.isArray(value)) return "it is a list";
  if (value instanceof Promise) return "it is a promise";
  if (typeof value === "object" && !isRecord(value)) {
    const { constructor } = value;
    const named = typeof constructor === "function";
    return named ? `it is an instance of ${constructor.name}` : "it is not a plain record";
  }
  const kinds = { string: "text", number: "number", function: "function", object: "record" };
  if (typeof value === "boolean") return "it is true or false";
  return `it is a ${(kinds as Record<string, string>)[typeof value] ?? typeof value}`;
}

/** Tells whether a value is a plain record: what a Map, a Date or an instance of any other class holds is in no field. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value) || isSecret(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Tells whether a value has fields: a record, a list, an instance of whatever class. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/**
 * Refuses a value that a function of the library can't take, and says nothing of what it holds.
 *
 * @param what the value, as in "Cannot use the server of jail(): it is a text"
 * @throws {AlcaideError} unless it fits
 */
export function demand(fits: boolean, what: string, value: unknown, hint: string): asserts fits {
  if (!fits) throw new AlcaideError(`Cannot use ${what}: ${describeKind(value)}`, { hint });
}

/** Refuses what a function takes for its fields unless it is a record. */
export function demandRecord(value: unknown, name: string, example: string): void {
  demand(
    isObject(value) && !Array.isArray(value),
    `the record of ${name}()`,
    value,
    `Write ${name}(${example})`,
  );
}
