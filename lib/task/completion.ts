// Completes a word of a command line by names that are known on this machine.

import type { Config } from "../config/field/types.ts";
import { serverWords } from "../config/sections/select.ts";

/** The facts for a word's completion. All of it is read here: no server is asked, and no key is needed. */
export interface Completion {
  /** The words behind the task's name, before the one that is being typed. */
  readonly words: readonly string[];
  /** The configuration; throws where there is none, or none that can be understood: nothing is offered then. */
  config(): Promise<Config>;
  /** The names in the encrypted file. */
  secretNames(): Promise<readonly string[]>;
  /** The good releases but the live one, newest first, as a task saw them last. */
  releases(): Promise<readonly string[]>;
  /** All releases, newest first, as a task saw them last: the live one and those that failed, too. */
  allReleases(): Promise<readonly string[]>;
}

/**
 * Gives what a word may be. Those that don't begin as what is typed are left out; what it throws is not shown.
 *
 * @example
 * ```ts
 * import { type Complete } from "alcaide";
 *
 * export const serverNames: Complete = async ({ config }) => (await config()).servers.map(({ name }) => name);
 * ```
 */
export type Complete = (about: Completion) => readonly string[] | Promise<readonly string[]>;

/** The configured servers' names and tags. */
export const serverNames: Complete = async ({ config }) => serverWords((await config()).servers);

/** The configured processes' names. */
export const processNames: Complete = async ({ config }) =>
  (await config()).processes.map(({ name }) => name);

/** The configured accessories' names. */
export const accessoryNames: Complete = async ({ config }) => Object.keys((await config()).accessories);

/** The configured schedules' names. */
export const scheduleNames: Complete = async ({ config }) => Object.keys((await config()).schedule);
