/**
 * The imports of a module: which there are, and what this program can make of them.
 *
 * @module
 */

import { parse } from "es-module-lexer/js";
import { SourceError, type SourcePlace } from "./strip.ts";

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
export const bakeHint =
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

/** Says what a name stands for in a module. Throws a text that says why it can't be had. */
export function wantedBy(specifier: string, from: string): Wanted {
  if (/^alcaide(\/internal)?$/.test(specifier)) return { kind: "library", name: specifier };
  if (/^(node|data):/.test(specifier)) return { kind: "asis", url: specifier };
  if (!/^(\.{0,2}\/|file:)/.test(specifier)) throw new Error(refusal(specifier));
  const { href, pathname } = new URL(specifier, from);
  if (/\.(tsx|jsx|cts|cjs|node)$/.test(pathname)) {
    throw new Error(`This binary reads .ts, .js and .json, not "${specifier}"`);
  }
  return { kind: /\.(json|wasm)$/.test(pathname) ? "asis" : "source", url: href };
}

function refusal(specifier: string): string {
  return `This binary holds no packages, so it can't import "${specifier}"`;
}

/** The error for an import, at its place in the source. */
export function importError(
  message: string,
  specifier: string,
  at: { source: string; url: string },
): SourceError {
  return new SourceError(
    message,
    sourcePlace(specifier, at),
    message.startsWith("This binary") ? bakeHint : undefined,
  );
}

/** Where a source names something. */
function sourcePlace(specifier: string, { source, url }: { source: string; url: string }): SourcePlace {
  const before = source.slice(0, offsetOf(specifier, source)).split("\n");
  return { url, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function offsetOf(specifier: string, source: string): number {
  try {
    const found = parse(source)[0].find((one) => one.specifier === specifier && !isTypeOnly(one));
    return found === undefined ? 0 : found.start - (found.type === "dynamic" ? 0 : 1);
  } catch {
    return 0; // The types confuse it: the file alone must do.
  }
}

function isTypeOnly(found: object): boolean {
  return (found as { typeOnly?: boolean }).typeOnly === true;
}
