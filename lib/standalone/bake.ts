// The modules compiled into your own binary: one that starts it, the library, and where imports come from.

import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Imports } from "./user_imports.ts";

/** Files to compile, by their names in a directory of their own. */
export type BakeFiles = Readonly<Record<string, string>>;

/** The inputs of the files. */
export interface BakeSpec {
  /** The directory that they will stand in. */
  readonly directory: string;
  /** The Alcaidefile. */
  readonly file: string;
  /** The library's modules. */
  readonly library: Library;
  /** The names that the user's `deno.json` defines. */
  readonly imports: Imports;
}

/** The library, as something to import. */
export interface Library {
  /** What `alcaide` and `alcaide/internal` stand for: URLs, or names among the files. */
  readonly names: Imports;
  /** The module with `runBaked`. */
  readonly baked: string;
  /** The targets of the library's own imports. */
  readonly imports: Imports;
  /** Its text, when it is one of the files. */
  readonly files: BakeFiles;
}

/** Name of the module that starts. */
export const entryName = "main.ts";

/** Name of the module that hands on all that the Alcaidefile exports, in a record. */
const fileName = "file.ts";

/** Name of the file that says what imported names stand for. */
export const importMapName = "imports.json";

/** The files for a binary. Paths in them are relative: a binary knows no others. */
export function bakeFiles({ directory, file, library, imports }: BakeSpec): BakeFiles {
  const root = `${slashed(relative(directory, dirname(file)))}/`;
  const entry = [
    `import { runBaked } from ${JSON.stringify(reach(library.baked, directory))};`,
    "",
    "runBaked({",
    `  name: ${JSON.stringify(basename(file))},`,
    `  root: new URL(${JSON.stringify(root)}, import.meta.url).href,`,
    `  load: () => import("./${fileName}"),`,
    "}, { args: Deno.args, exit: Deno.exit });",
    "",
  ];
  // Ours win: without them the library doesn't run.
  const all = Object.entries({ ...imports, ...library.imports, ...library.names });
  const reached = Object.fromEntries(all.map(([name, module]) => [name, reach(module, directory)]));
  return {
    ...library.files,
    [entryName]: entry.join("\n"),
    [fileName]: `export * as exports from ${JSON.stringify(reach(pathToFileURL(file).href, directory))};\n`,
    [importMapName]: JSON.stringify({ imports: reached }, null, 2),
  };
}

/** A module as it is named from a directory. */
function reach(module: string, directory: string): string {
  if (!module.startsWith("file:")) return module;
  const path = slashed(relative(directory, fileURLToPath(module))) + (module.endsWith("/") ? "/" : "");
  return path.startsWith(".") ? path : `./${path}`;
}

function slashed(path: string): string {
  return path.replaceAll("\\", "/");
}

/** This library: the bundle that runs, or the sources. */
export async function ownLibrary(): Promise<Library> {
  const here = new URL("./", import.meta.url);
  if (here.href.endsWith("/lib/standalone/")) return await sourceLibrary(new URL("../../", here));
  const files: Record<string, string> = {};
  for await (const { name } of Deno.readDir(here)) {
    if (name.endsWith(".js")) files[join("alcaide", name)] = await Deno.readTextFile(new URL(name, here));
  }
  const names = { alcaide: "./alcaide/mod.js", "alcaide/internal": "./alcaide/internal.js" };
  return { names, baked: "./alcaide/baked.js", imports: {}, files };
}

async function sourceLibrary(root: URL): Promise<Library> {
  const { default: project } = await import("../../deno.json", { with: { type: "json" } });
  const { alcaide, "alcaide/internal": internal, ...imports } = project.imports;
  return {
    names: { alcaide: new URL(alcaide, root).href, "alcaide/internal": new URL(internal, root).href },
    baked: new URL("tasks/baked.ts", root).href,
    imports,
    files: {},
  };
}
