/**
 * Writes `lib/init/editor_types.json`: the text of `alcaide.d.ts`, which `alcaide init` writes, line by line.
 * `deno run -A scripts/editor_types.ts`
 *
 * @module
 */

import { readApi } from "./declarations.ts";

/** Where it is. */
export const editorTypesFile: URL = new URL("../lib/init/editor_types.json", import.meta.url);

/** Its contents. */
export async function editorTypes(): Promise<string> {
  const lines = (await readApi()).flatMap(({ documented }) => documented.flatMap((text) => text.split("\n")));
  return `${JSON.stringify(lines, null, 2)}\n`;
}

if (import.meta.main) await Deno.writeTextFile(editorTypesFile, await editorTypes());
