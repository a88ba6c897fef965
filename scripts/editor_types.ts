// Writes `lib/init/editor_types.json`: the text of `alcaide.d.ts`, which `alcaide init` writes, line by line.
// `deno run -A scripts/editor_types.ts`

import { readApi } from "./declarations.ts";

/** The file of the types. */
export const editorTypesFile: URL = new URL("../lib/init/editor_types.json", import.meta.url);

/** Its contents: the lines of each module. They name each other's types. */
export async function editorTypes(): Promise<string> {
  const [open, internal] = await Promise.all([readApi("alcaide"), readApi("alcaide/internal")]);
  const names = (symbols: typeof open) => symbols.map(({ name }) => name).join(", ");
  const lines = (symbols: typeof open) =>
    symbols.flatMap(({ documented }) => documented.flatMap((text) => text.split("\n")));
  const modules = {
    alcaide: [`import type { ${names(internal)} } from "alcaide/internal";`, ...lines(open)],
    "alcaide/internal": [`import type { ${names(open)} } from "alcaide";`, ...lines(internal)],
  };
  return `${JSON.stringify(modules, null, 2)}\n`;
}

if (import.meta.main) await Deno.writeTextFile(editorTypesFile, await editorTypes());
