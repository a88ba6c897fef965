/**
 * Importing a module by its URL.
 *
 * @module
 */

/** Imports a module by its URL. */
export type ImportModule = (url: string) => Promise<Imported>;

/** A module that was imported. In a record: a promise can't give a module that exports `then`. */
export interface Imported {
  /** All that it exports. */
  readonly exports: Readonly<Record<string, unknown>>;
}
