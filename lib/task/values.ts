/**
 * Words of a command line as the values that a task wants.
 *
 * @module
 */

import { UsageError } from "../core/error.ts";
import type { TaskOption } from "./arguments.ts";
import { didYouMean } from "../core/text.ts";

/** A value that a task gets. */
export type Value = string | number;

/**
 * Reads one value.
 *
 * @throws {UsageError} when it isn't what the task wants
 */
export function readValue(
  what: string,
  word: string,
  { type, choices }: Pick<TaskOption, "choices"> & { readonly type?: string },
): Value {
  const value = type === "number" ? Number(word) : word;
  if (type === "number" && !/^-?\d+(\.\d+)?$/.test(word)) {
    throw new UsageError(`Cannot use ${what}: "${word}" is not a number`);
  }
  if (choices === undefined || choices.includes(value)) return value;
  throw new UsageError(`Cannot use ${what}: "${word}" is not one of its values`, {
    hint: didYouMean(word, choices.map(String)),
  });
}
