// Imports the user's Alcaidefile.

import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ConfigError } from "../core/error.ts";
import { enterPlace } from "../secrets/files.ts";
import type { ProgramTask } from "../task/late_task.ts";
import { isFile } from "./find_file.ts";
import { type Patience, patiently } from "./patience.ts";
import { guard, type Source } from "./user_code.ts";
import type { Imported, ImportModule } from "../standalone/imports.ts";

/** The contents of an Alcaidefile. */
export interface Alcaidefile {
  /** Its path. */
  readonly path: string;
  /**
   * Its configuration, not checked yet: undefined when it exports none. One that is a function is called with the environment.
   *
   * @throws {ConfigError} when the function throws, or the environment changes nothing
   */
  config(): Promise<unknown>;
  /** The functions that it exports. */
  readonly tasks: Readonly<Record<string, ProgramTask>>;
  /** Names of tasks that no command can run, since it runs one of the program's. */
  readonly hidden: readonly string[];
  /** The URL of its directory in the program, when it was compiled into it. */
  readonly root?: string;
}

/** How to load an Alcaidefile. */
export interface LoadOptions {
  /** What `-e` chose. */
  readonly environment?: string | undefined;
  /** Imports a module by its URL. */
  readonly importModule?: ImportModule | undefined;
  /** The time for its own waiting. */
  readonly patience?: Patience | undefined;
}

/** An Alcaidefile that was compiled into the program. */
export interface BakedFile {
  /** Its name. */
  readonly name: string;
  /** The URL of its directory in the program. */
  readonly root: string;
  /** Evaluates it. */
  load(): Promise<Imported>;
}

/**
 * Imports an Alcaidefile.
 *
 * @throws {ConfigError} when it isn't there, can't be understood, or throws
 */
export async function loadAlcaidefile(path: string, options: LoadOptions = {}): Promise<Alcaidefile> {
  const { environment, importModule = importByDeno, patience } = options;
  const file = resolve(path);
  if (!isFile(file)) {
    throw new ConfigError([{ path: path, problem: "there is no such file", hint: "Name one with -c FILE" }]);
  }
  enterPlace({ directory: dirname(file), environment });
  const load = (begun: () => void) => importFile(pathToFileURL(file).href, importModule, begun);
  return await read({ path: file }, load, { path: file, environment, patience });
}

/**
 * Evaluates the Alcaidefile in the program, as if it stood in a directory.
 *
 * @throws {ConfigError} when it can't be understood or throws
 */
export async function loadBaked(
  { name, root, load }: BakedFile,
  { directory, environment, patience }: Pick<LoadOptions, "environment" | "patience"> & { directory: string },
): Promise<Alcaidefile> {
  enterPlace({ directory, environment });
  const loadNow = (begun: () => void) => {
    begun();
    return load();
  };
  return await read({ path: name, root }, loadNow, { path: join(directory, name), environment, patience });
}

/** Reads the Alcaidefile that a command line means, or another one; undefined when there is none. */
export type AlcaidefileReader = (path?: string) => Promise<Alcaidefile | undefined>;

async function importFile(url: string, importModule: ImportModule, begun: () => void): Promise<Imported> {
  try {
    return await importModule(url, begun);
  } catch (error) {
    if (!(error instanceof SyntaxError && /\bJSON\b/.test(error.message))) throw error;
    const { brokenJson } = await import("../standalone/broken_json.ts");
    throw await brokenJson(url) ?? error;
  }
}

let imports = 0;

/**
 * By a module of ours that hands all exports on, and is none that exports `then`. Another one is evaluated before the user's: by then
 * everything has been downloaded.
 */
function importByDeno(url: string, begun: () => void = () => {}): Promise<Imported> {
  const key = `alcaide.begun.${imports++}`;
  Object.defineProperty(globalThis, Symbol.for(key), { value: begun });
  const first = moduleUrl(`globalThis[Symbol.for(${JSON.stringify(key)})]();`);
  return import(
    moduleUrl(`import ${JSON.stringify(first)}; export * as exports from ${JSON.stringify(url)};`)
  );
}

function moduleUrl(text: string): string {
  return `data:text/javascript,${encodeURIComponent(text)}`;
}

const readerKey = Symbol("reader");

/** Adds to a context how its program reads the Alcaidefile, for tasks that run without one and yet look into it. */
export function withReader<Parts extends object>(parts: Parts, reader: AlcaidefileReader): Parts {
  return { ...parts, [readerKey]: reader };
}

/** The way of a context's program to read its Alcaidefile; undefined in a context that no program made. */
export function readerOf(ctx: object): AlcaidefileReader | undefined {
  return (ctx as { [readerKey]?: AlcaidefileReader })[readerKey];
}

async function read(
  source: Source,
  load: (begun: () => void) => Promise<Imported>,
  { path, environment, patience }: Pick<LoadOptions, "environment" | "patience"> & { path: string },
): Promise<Alcaidefile> {
  const top = { path: source.path, what: "an await at its top level", keepAlive: true };
  const { exports: { default: exported, ...others } } = await guard(
    source,
    () => patiently(top, load, patience),
  );
  const { root } = source;
  let config: Promise<unknown> | undefined;
  return {
    path,
    config: () => config ??= configOf(source, exported, { environment, patience }),
    tasks: tasksOf(others),
    hidden: [],
    ...(root === undefined ? {} : { root }),
  };
}

async function configOf(
  source: Source,
  exported: unknown,
  { environment, patience }: Pick<LoadOptions, "environment" | "patience">,
): Promise<unknown> {
  if (typeof exported === "function") {
    const what = { path: source.path, what: "its configuration function", keepAlive: false };
    const call = (begun: () => void) => {
      begun();
      return exported({ environment });
    };
    const given = await guard(source, () => patiently(what, call, patience));
    if (given !== undefined && given !== null) return given;
    throw new ConfigError([{
      path: source.path,
      problem: "its default export is a function that returns nothing",
      hint: "Write export default defineConfig(({ environment }) => ({ … }))",
    }]);
  }
  if (environment === undefined || exported === undefined) return exported;
  throw new ConfigError([{
    path: `the environment "${environment}"`,
    problem: `the configuration in ${source.path} doesn't depend on it`,
    hint: "Write export default defineConfig(({ environment }) => ({ … })), or leave out -e",
  }]);
}

function tasksOf(exports: Record<string, unknown>): Record<string, ProgramTask> {
  const functions = Object.entries(exports).filter(([, value]) =>
    typeof value === "function" && !isClass(value)
  );
  return Object.fromEntries(functions) as Record<string, ProgramTask>;
}

function isClass(value: unknown): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}
