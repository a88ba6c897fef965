// The parser of a compiled binary for an Alcaidefile. The parser is large: it is loaded when there is something to parse.

import type { Libraries } from "./import.ts";
import type { ImportModule } from "./imports.ts";

/** Imports Alcaidefiles in a binary, handing them its own library by the names that it has; it is loaded for the first one. */
export function standaloneImport(libraries: () => Promise<Libraries>): ImportModule {
  let importer: Promise<ImportModule> | undefined;
  return async (url, begun) => {
    importer ??= Promise.all([import("./import.ts"), libraries()])
      .then(([{ sourceImporter }, loaded]) => sourceImporter(loaded));
    return await (await importer)(url, begun);
  };
}
