/**
 * The exit status that a task gives.
 *
 * @module
 */

import { AlcaideError } from "../core/error.ts";

/**
 * Reads the status that a task returned: nothing, or any other value than a number, stands for 0.
 *
 * @throws {AlcaideError} for a number that no program can end with, and for a generator, whose body nobody runs
 */
export function statusOf(value: unknown): number {
  if (isGenerator(value)) {
    throw new AlcaideError("Cannot run a generator as a task: its body never runs", {
      hint: "Write the function without *",
    });
  }
  if (typeof value !== "number") return 0;
  if (Number.isInteger(value) && value >= 0 && value <= 255) return value;
  throw new AlcaideError(`Cannot end with status ${value}: a status is a whole number from 0 to 255`, {
    hint: "Return 1 for a failure, or throw an AlcaideError",
  });
}

function isGenerator(value: unknown): boolean {
  const { next, [Symbol.iterator]: one, [Symbol.asyncIterator]: other } = Object(value);
  return typeof next === "function" && (one ?? other) !== undefined;
}
