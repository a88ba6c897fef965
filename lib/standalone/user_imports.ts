// The import map of a user's `deno.json`, for a binary of your own.

import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { AlcaideError } from "../core/error.ts";

/** Names and what they stand for. */
export type Imports = Readonly<Record<string, string>>;

/** The names that the nearest `deno.json` above a directory defines; none when there is no such file. */
export async function userImports(directory: string): Promise<Imports> {
  for (let place = directory;; place = dirname(place)) {
    for (const name of ["deno.json", "deno.jsonc"]) {
      const path = join(place, name);
      const text = await Deno.readTextFile(path).catch(() => undefined);
      if (text !== undefined) return importsOfConfig(text, path);
    }
    if (place === dirname(place)) return {};
  }
}

/**
 * Reads the names that a `deno.json` defines, relative paths made absolute.
 *
 * @throws {AlcaideError} when it can't be understood
 */
export function importsOfConfig(text: string, path: string): Imports {
  const { imports = {} } = parseWithComments(text, path);
  const base = pathToFileURL(path).href;
  return Object.fromEntries(
    Object.entries(imports).map(([name, value]) => [
      name,
      /^\.{0,2}\//.test(value) ? new URL(value, base).href : value,
    ]),
  );
}

function parseWithComments(text: string, path: string): { imports?: Record<string, string> } {
  const plain = text.replace(/("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[^]*?\*\//g, "$1")
    .replace(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, "$1");
  try {
    return JSON.parse(plain);
  } catch (cause) {
    throw new AlcaideError(`Cannot read ${path}`, { cause, hint: "Deno must be able to read it, too" });
  }
}
