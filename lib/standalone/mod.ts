// The parser of a compiled binary for an Alcaidefile. The parser is large: it is loaded when there is something to parse.

import type { Libraries } from "./import.ts";
import type { ImportModule } from "./imports.ts";

/** Imports Alcaidefiles in a binary, handing them its own library by the names that it has. */
export function standaloneImport(libraries: Libraries): ImportModule {
  let importer: Promise<ImportModule> | undefined;
  return async (url, begun) => {
    importer ??= import("./import.ts").then(({ sourceImporter }) => sourceImporter(libraries));
    return await (await importer)(url, begun);
  };
}
