// The imports of a module: which there are, and what this program can make of them.

import { parse } from "es-module-lexer/js";
import { placeAt, SourceError } from "./strip.ts";

/** Imports a module by its URL. Calls `begun` when all is read and loaded, and is evaluated next. */
export type ImportModule = (url: string, begun?: () => void) => Promise<Imported>;

/** A module that was imported. In a record: a promise can't give a module that exports `then`. */
export interface Imported {
  /** All that it exports. */
  readonly exports: Readonly<Record<string, unknown>>;
}

/** One import of a module. */
export interface Import {
  /** Its specifier; undefined when that is known only when it runs. */
  readonly specifier: string | undefined;
  readonly kind: "static" | "dynamic";
  /** True when an attribute says that it is JSON. */
  readonly json: boolean;
  /** The part of the text to replace: the name between its quotes, or `import(`. */
  readonly start: number;
  readonly end: number;
}

/** The target of an import. */
export type Wanted =
  | { readonly kind: "library"; readonly name: string }
  /** A source to strip and follow. */
  | { readonly kind: "source"; readonly url: string }
  /** A module that can be imported as it is: a part of the program, or a file of data. */
  | { readonly kind: "asis"; readonly url: string };

/** The hint for what only a binary of your own can hold. */
const bakeHint =
  'On a machine with Deno "alcaide compile" makes one binary of Alcaide, this file and its imports';

/** What Deno says of JSON that is imported as if it were code. */
export const noAttribute =
  'Attempted to load JSON module without specifying "type": "json" attribute in the import statement';

/** True for the URL of a file of JSON. */
export function isJson(url: string): boolean {
  return url.startsWith("file:") && new URL(url).pathname.endsWith(".json");
}

/** Finds the imports in the text of a module. */
export function importsOf(code: string): Import[] {
  return parse(code)[0].flatMap((found): Import[] => {
    const { type, specifier, start, end } = found;
    const json = "attributes" in found &&
      found.attributes?.some(([name, value]) => name === "type" && value === "json") === true;
    if (type === "static" || type === "reexport-star") {
      return [{ specifier, kind: "static", json, start, end }];
    }
    if (type !== "dynamic" || found.phase !== null) return [];
    return [{
      specifier: found.glob ? undefined : specifier,
      kind: "dynamic",
      json,
      start: found.importStart,
      end: found.dynamicStart + 1,
    }];
  });
}

/** Says what a name stands for in a module; throws an error made by `refuse` when it can't be had. */
export function wantedBy(
  specifier: string,
  from: string,
  refuse = (message: string): Error => new Error(message),
): Wanted {
  if (/^alcaide(\/internal)?$/.test(specifier)) return { kind: "library", name: specifier };
  if (/^(node|data):/.test(specifier)) return { kind: "asis", url: specifier };
  if (!/^(\.{0,2}\/|file:)/.test(specifier)) {
    throw refuse(`This binary holds no packages, so it can't import "${specifier}"`);
  }
  const { href, pathname } = new URL(specifier, from);
  if (/\.(tsx|jsx|cts|cjs|node)$/.test(pathname)) {
    throw refuse(`This binary reads .ts, .js and .json, not "${specifier}"`);
  }
  return { kind: /\.(json|wasm)$/.test(pathname) ? "asis" : "source", url: href };
}

/** The error for an import, at its place in the source. */
export function importError(
  message: string,
  specifier: string,
  { source, url }: { source: string; url: string },
): SourceError {
  const place = { url, ...placeAt(source, offsetOf(specifier, source)) };
  return new SourceError(message, place, message.startsWith("This binary") ? bakeHint : undefined);
}

function offsetOf(specifier: string, source: string): number {
  try {
    const found = parse(source)[0].find((one) =>
      one.specifier === specifier && !("typeOnly" in one && one.typeOnly)
    );
    return found === undefined ? 0 : found.start - (found.type === "dynamic" ? 0 : 1);
  } catch {
    return 0; // The types confuse it: the file alone must do.
  }
}
