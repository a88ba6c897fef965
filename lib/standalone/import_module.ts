/**
 * Importing a module by its URL.
 *
 * @module
 */

/** Imports a module by its URL. Calls `begun` when all is read and loaded, and is evaluated next. */
export type ImportModule = (url: string, begun?: () => void) => Promise<Imported>;

/** A module that was imported. In a record: a promise can't give a module that exports `then`. */
export interface Imported {
  /** All that it exports. */
  readonly exports: Readonly<Record<string, unknown>>;
}
