// Finds the imported JSON that can't be parsed: Deno says what is wrong with it, not where it is.

import { importsOf, isJson, wantedBy } from "./imports.ts";
import { placeAt, SourceError, stripTypes } from "./strip.ts";

/** The first broken JSON among the files that a module imports, and those import; undefined when there is none. */
export async function brokenJson(entry: string): Promise<SourceError | undefined> {
  const modules = new Set([entry]);
  for (const url of modules) {
    const text = await Deno.readTextFile(new URL(url)).catch(() => undefined);
    if (text === undefined) continue;
    for (const imported of filesIn(text, url)) {
      if (!isJson(imported)) modules.add(imported);
      else {
        const found = await complaint(imported);
        if (found !== undefined) return found;
      }
    }
  }
  return undefined;
}

/** The files that a module names; none when it can't be read, which somebody else says. */
function filesIn(text: string, url: string): string[] {
  try {
    return importsOf(stripTypes(text, url).code).flatMap(({ specifier }) => {
      if (specifier === undefined || !/^(\.{0,2}\/|file:)/.test(specifier)) return [];
      const wanted = wantedBy(specifier, url);
      return wanted.kind === "library" ? [] : [wanted.url];
    });
  } catch {
    return [];
  }
}

async function complaint(url: string): Promise<SourceError | undefined> {
  const text = await Deno.readTextFile(new URL(url)).catch(() => undefined);
  const message = text === undefined ? undefined : jsonError(text);
  if (text === undefined || message === undefined) return undefined;
  return new SourceError(message, { url, ...placeAt(text, offsetOf(text, message)) });
}

function jsonError(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** An unexpected token is named without its position: it ends the shortest beginning that has one. */
function offsetOf(text: string, message: string): number {
  const said = /at position (\d+)/.exec(message)?.[1];
  if (said !== undefined) return Number(said);
  const isToken = (length: number) =>
    jsonError(text.slice(0, length))?.startsWith("Unexpected token") === true;
  let [least, most] = [0, text.length];
  while (least < most) {
    const middle = (least + most) >> 1;
    if (isToken(middle)) most = middle;
    else least = middle + 1;
  }
  return isToken(most) ? most - 1 : text.length;
}
