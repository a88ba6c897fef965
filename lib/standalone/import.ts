// Imports TypeScript from disk where Deno's own loader can't: a compiled binary has no parser for it. Modules are written as
// JavaScript to a directory that only we can read, imported from there, and the directory is removed. To the modules it looks
// as if nothing of this happened: their `import.meta`, their positions in errors and `alcaide` are what they would be.

import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Import, importError, importsOf, isJson, noAttribute, wantedBy } from "./imports.ts";
import { temporaryDirectory } from "../remote/local_file.ts";
import { dynamicName, type Edit, moduleText } from "./module_text.ts";
import { SourceError, stripTypes } from "./strip.ts";
import type { ImportModule } from "./imports.ts";

/** A module's exports. */
export type Namespace = Readonly<Record<string, unknown>>;

/** The modules of this library by the names that they are imported by. */
export type Libraries = Readonly<Record<string, Namespace>>;

/** The values that modules see while they are evaluated. */
interface Bridge {
  readonly libraries: Libraries;
  dynamic(from: string): (specifier: unknown, options?: ImportCallOptions) => Promise<unknown>;
  /** Told when all modules are read and none is evaluated yet. */
  loaded(directory: string): void;
}

/** The file of a module's JavaScript, and the name by which it is imported. */
interface WrittenModule {
  readonly target: string;
  readonly specifier: string;
}

/** Modules by URL. */
type Written = Map<string, WrittenModule>;

/** Modules that are being written together. */
interface Batch {
  readonly directory: string;
  readonly written: Written;
  readonly key: string;
  /** The module that starts, until it is written. */
  entry: string | undefined;
}

let count = 0;

/** Makes a function that imports TypeScript from disk, by way of `dir`, and gives `alcaide` the library that is handed over. */
export function sourceImporter(libraries: Libraries, dir?: string): ImportModule {
  const known: Written = new Map();
  const key = `alcaide.${crypto.randomUUID()}`;
  const load: ImportModule = async (url, begun) => {
    const directory = await temporaryDirectory({ prefix: "alcaide-source-", ...dir && { dir } });
    const batch: Batch = { directory, written: new Map(known), key, entry: url };
    const before = new Set(known.keys());
    try {
      const entry = await writeSource(url, `./${basename(fileURLToPath(url))}`, batch);
      for (const [from, to] of batch.written) known.set(from, to);
      // It hands on all that the entry exports; see `Imported`.
      const file = await writeModule(`export * as exports from "${entry}";`, batch);
      begun?.();
      return await import(file);
    } catch (error) {
      const said = readable(error, batch.written);
      for (const name of batch.written.keys()) if (!before.has(name)) known.delete(name);
      throw said;
    } finally {
      removeNow(directory);
    }
  };
  const bridge: Bridge = {
    libraries,
    loaded: removeNow,
    dynamic: (from) => (name, options) => importLater(name, from, { load, options, libraries }),
  };
  Object.defineProperty(globalThis, Symbol.for(key), { value: bridge });
  return load;
}

function removeNow(directory: string): void {
  try {
    Deno.removeSync(directory, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Writes a module and all that it imports, and says where. */
async function writeSource(url: string, specifier: string, batch: Batch): Promise<string> {
  const before = batch.written.get(url);
  if (before !== undefined) return before.target;
  const target = newFile(batch);
  // Before its imports, for they may import it in turn.
  batch.written.set(url, { target: target.href, specifier });
  const first = batch.entry === url ? await writeFirst(batch) : "";
  const source = await Deno.readTextFile(new URL(url));
  const stripped = stripTypes(source, url);
  const edits = [];
  for (const one of importsOf(stripped.code)) edits.push(await editOf(one, { source, url, batch }));
  await Deno.writeTextFile(
    target,
    first + moduleText(stripped, edits, { url, key: batch.key, before: first.length }),
  );
  return target.href;
}

/**
 * Makes the entry import a module that removes all these files. It is evaluated before every other one, when all of them
 * have been read: whatever the user's code does then, even end the program, nothing is left behind.
 */
async function writeFirst(batch: Batch): Promise<string> {
  batch.entry = undefined;
  const directory = JSON.stringify(batch.directory);
  return `import "${await writeModule(
    `globalThis[Symbol.for("${batch.key}")].loaded(${directory});`,
    batch,
  )}"; `;
}

interface Importer {
  readonly source: string;
  readonly url: string;
  readonly batch: Batch;
}

async function editOf({ kind, specifier, json, start, end }: Import, importer: Importer): Promise<Edit> {
  if (kind === "dynamic") return { start, end, text: `${dynamicName}(` };
  return { start, end, text: await addressOf(specifier ?? "", json, importer) };
}

async function addressOf(specifier: string, json: boolean, importer: Importer): Promise<string> {
  const refuse = (message: string) => importError(message, specifier, importer);
  const wanted = wantedBy(specifier, importer.url, refuse);
  if (wanted.kind === "library") return await writeLibrary(wanted.name, importer.batch);
  await mustExist(wanted.url, refuse);
  if (isJson(wanted.url) && !json) throw refuse(noAttribute);
  return wanted.kind === "asis" ? wanted.url : await writeSource(wanted.url, specifier, importer.batch);
}

/** Refuses a file that is missing; other modules are not looked for. */
async function mustExist(url: string, error: (message: string) => Error): Promise<void> {
  if (!url.startsWith("file:")) return;
  const found = await Deno.stat(new URL(url)).catch(() => undefined);
  if (found?.isFile !== true) throw error(`Module not found "${fileURLToPath(url)}"`);
}

/** A module that hands on what the program has: the same functions and classes, not a second copy. */
async function writeLibrary(name: string, batch: Batch): Promise<string> {
  const before = batch.written.get(name);
  if (before !== undefined) return before.target;
  const bridge = (globalThis as unknown as Record<symbol, Bridge>)[Symbol.for(batch.key)];
  const names = Object.keys(bridge?.libraries[name] ?? {}).filter((one) => one !== "default");
  const held = `globalThis[Symbol.for("${batch.key}")].libraries["${name}"]`;
  const target = await writeModule(`export const { ${names.join(", ")} } = ${held};`, batch);
  batch.written.set(name, { target, specifier: name });
  return target;
}

async function writeModule(text: string, batch: Batch): Promise<string> {
  const target = newFile(batch);
  await Deno.writeTextFile(target, `${text}\n`);
  return target.href;
}

function newFile({ directory }: Batch): URL {
  // Not .js: what that is may depend on a package.json in a directory above.
  return pathToFileURL(join(directory, `${count++}.mjs`));
}

interface Later {
  readonly load: ImportModule;
  readonly libraries: Libraries;
  readonly options: ImportCallOptions | undefined;
}

/** `import()` in a module of the user's. */
async function importLater(
  name: unknown,
  from: string,
  { load, libraries, options }: Later,
): Promise<unknown> {
  const specifier = String(name);
  const wanted = wantedBy(specifier, from);
  if (wanted.kind === "library") return libraries[wanted.name];
  // Before anything is waited for: its stack then names who asked.
  if (isJson(wanted.url) && (options?.with as { type?: string })?.type !== "json") {
    throw new TypeError(noAttribute);
  }
  await mustExist(wanted.url, (message) => new TypeError(message));
  return wanted.kind === "source" ? (await load(wanted.url)).exports : await import(wanted.url, options);
}

/** An error that speaks of the user's modules, not of where we wrote them. */
function readable(error: unknown, known: Written): unknown {
  if (!(error instanceof Error) || error instanceof SourceError) return error;
  const urls = new Map([...known].map(([url, { target }]) => [target, url]));
  const named = (text: string) =>
    text
      .replaceAll(/(?<=module ')file:\/\/[^']+(?=')/g, (target) => specifierOf(target, known))
      .replaceAll(/file:\/\/[^\s'"():]+\.mjs/g, (target) => urls.get(target) ?? target);
  try {
    error.message = named(error.message);
    if (error.stack !== undefined) error.stack = named(error.stack);
  } catch {
    // Frozen: it stays as it is.
  }
  return error;
}

function specifierOf(target: string, known: Written): string {
  return [...known.values()].find((place) => place.target === target)?.specifier ?? target;
}
