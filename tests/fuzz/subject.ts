/** A subject of the fuzzer, and the property that holds for all of them. */

import { assert } from "@std/assert";
import { AlcaideError, ConfigError } from "../../lib/core/error.ts";

/** Numbers from 0 to below 1. */
export type Random = () => number;

/** Plain data: texts, numbers, lists, records. It is printed as source, and shrunk. */
export type Input = unknown;

/** The end of a case that holds the property. */
export type Ending = "accepted" | "refused";

/** Something of Alcaide's that reads what others wrote. */
export interface Subject {
  /** How many of its inputs a whole run tries; its part of a smaller one. */
  readonly weight: number;
  /** Makes an input. */
  make(random: Random): Input;
  /**
   * Tries an input.
   *
   * @throws when Alcaide fails with another error than its own, or accepts what it should not
   */
  check(input: never): Ending | Promise<Ending>;
}

/** A subject whose inputs have a type. */
export function subject<T>(
  weight: number,
  make: (random: Random) => T,
  check: (input: T) => Ending | Promise<Ending>,
): Subject {
  return { weight, make, check };
}

/**
 * Calls Alcaide. An error of its own says what is wrong and has a hint; it becomes undefined.
 *
 * @throws every other error
 */
export async function tried<T>(run: () => T | Promise<T>, hinted = true): Promise<{ value: T } | undefined> {
  try {
    return { value: await run() };
  } catch (error) {
    if (!(error instanceof AlcaideError)) throw error;
    const said = `${error.message} (${error.hint})`;
    assert(error.message.trim() !== "" && !said.includes("[object "), `The error says little: ${said}`);
    assert(!hinted || error instanceof ConfigError || error.hint, `The error has no hint: ${error.message}`);
    return undefined;
  }
}

/** A random one of some. */
export function pick<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)] as T;
}
