/**
 * Importing a module by its URL.
 *
 * @module
 */

import type { Imported } from "../cli/loader.ts";

/** Imports a module by its URL. */
export type ImportModule = (url: string) => Promise<Imported>;
