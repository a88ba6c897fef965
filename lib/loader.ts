/**
 * Finds and imports the user's Alcaidefile. What is wrong with it is said with its own lines, not with ours.
 *
 * @module
 */

import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ConfigError, type Problem } from "./error.ts";
import { enterPlace } from "./secrets/place.ts";
import type { ErrorPlace } from "./ui/report.ts";
import type { Task } from "./task.ts";

/** Names that an Alcaidefile may have, the usual one first. */
export const fileNames = ["Alcaidefile.ts", "Alcaidefile.js"] as const;

/** What an Alcaidefile says. */
export interface Alcaidefile {
  /** Its path. */
  readonly path: string;
  /** Its configuration, not checked yet. */
  readonly config: unknown;
  /** The functions that it exports. */
  readonly tasks: Readonly<Record<string, Task>>;
}

/** How to load an Alcaidefile. */
export interface LoadOptions {
  /** What `-e` chose. */
  readonly environment?: string | undefined;
  /** Imports a module by its URL. */
  readonly importModule?: ((url: string) => Promise<Record<string, unknown>>) | undefined;
}

/**
 * Looks for an Alcaidefile in a directory and those above it.
 *
 * @returns its path, or undefined when there is none
 */
export async function findAlcaidefile(from: string): Promise<string | undefined> {
  for (let directory = resolve(from);; directory = dirname(directory)) {
    for (const name of fileNames) {
      const path = join(directory, name);
      if (await isFile(path)) return path;
    }
    if (directory === dirname(directory)) return undefined;
  }
}

/** The error for a directory without an Alcaidefile. */
export function noAlcaidefile(from: string): ConfigError {
  return new ConfigError([{
    path: fileNames[0],
    problem: `there is none in ${resolve(from)} and the directories above it`,
    hint: 'Run "alcaide init" to write one, or name one with -c FILE',
  }]);
}

/**
 * Imports an Alcaidefile. A configuration that is a function is called with the environment.
 *
 * @throws {ConfigError} when it isn't there, can't be understood, or throws
 */
export async function loadAlcaidefile(path: string, options: LoadOptions = {}): Promise<Alcaidefile> {
  const { environment, importModule = (url) => import(url) } = options;
  const file = resolve(path);
  if (!await isFile(file)) {
    throw new ConfigError([{ path: path, problem: "there is no such file", hint: "Name one with -c FILE" }]);
  }
  enterPlace({ directory: dirname(file), environment });
  const { default: exported, ...others } = await guard(file, () => importModule(pathToFileURL(file).href));
  if (exported === undefined) throw noDefault(file);
  return { path: file, config: await configOf(file, exported, environment), tasks: tasksOf(others) };
}

async function configOf(file: string, exported: unknown, environment: string | undefined): Promise<unknown> {
  if (typeof exported === "function") return await guard(file, () => exported({ environment }));
  if (environment === undefined) return exported;
  throw new ConfigError([{
    path: `the environment "${environment}"`,
    problem: `the configuration in ${file} doesn't depend on it`,
    hint: "Write export default defineConfig(({ environment }) => ({ … })), or leave out -e",
  }]);
}

function tasksOf(exports: Record<string, unknown>): Record<string, Task> {
  const functions = Object.entries(exports).filter(([, value]) =>
    typeof value === "function" && !isClass(value)
  );
  return Object.fromEntries(functions) as Record<string, Task>;
}

function isClass(value: unknown): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}

function noDefault(file: string): ConfigError {
  return new ConfigError([{
    path: file,
    problem: "it exports no configuration",
    hint: "Write export default defineConfig({ … })",
  }]);
}

/** Runs the user's code; what it throws becomes an error that points at the user's line. */
async function guard<T>(file: string, run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw await pointed(file, error);
  }
}

interface Place {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** Where in the user's own code an error comes from, and that line; undefined when none of it is the user's. */
export async function placeInFile(error: unknown): Promise<ErrorPlace | undefined> {
  let place: Place | undefined;
  // What lies deepest is nearest to the fault.
  for (let depth = 0; error instanceof Error && depth < 10; error = error.cause, depth++) {
    place = placeOf(error) ?? place;
  }
  if (place === undefined) return undefined;
  return { position: `${place.path}:${place.line}:${place.column}`, excerpt: await excerpt(place) };
}

async function pointed(file: string, error: unknown): Promise<ConfigError> {
  const message = messageOf(error);
  const place = placeOf(error);
  const hint = hintOf(error, message);
  const problem: Problem = {
    path: place ? `${place.path}:${place.line}:${place.column}` : file,
    problem: message,
    ...(hint === undefined ? {} : { hint }),
  };
  return new ConfigError([problem], { details: place ? await excerpt(place) : [] });
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return `it throws ${typeof error === "string" ? `"${error}"` : "something else"}`;
  }
  const [first = ""] = plain(error.message).split("\n");
  return first
    .replace(/^The module's source code could not be parsed: |^SyntaxError: /, "")
    .replace(/ (at|from) "?file:\/\/\S+$/, "")
    .replaceAll("file://", "")
    .replace(/\.$/, "") || error.name;
}

function hintOf(error: unknown, message: string): string | undefined {
  const { hint } = (error ?? {}) as { hint?: unknown };
  if (typeof hint === "string") return hint;
  if (/^Import "alcaide"/.test(message)) return "Run alcaide with the deno.json it comes with";
  if (/^Import ".*" not a dependency/.test(message)) {
    return 'Write the whole specifier, such as "npm:lodash@4" or "./file.ts"';
  }
  return undefined;
}

/** The first place in the stack that is the user's and not this library's. */
function placeOf(error: unknown): Place | undefined {
  if (!(error instanceof Error)) return undefined;
  // In a binary all that is ours stands in one directory.
  const places = Deno.build.standalone ? ["./"] : ["../lib/", "../tasks/", "../mod.ts"];
  const ours = places.map((path) => new URL(path, import.meta.url).href);
  const text = plain(`${error.stack ?? error.message}`);
  for (const [, url = "", line, column] of text.matchAll(/(?:\bat |\()(file:\/\/.*?):(\d+):(\d+)\)?$/gm)) {
    if (ours.some((place) => url.startsWith(place))) continue;
    return { path: pathOf(url), line: Number(line), column: Number(column) };
  }
  return undefined;
}

/** The path behind a URL of a stack, where some signs stand as they are and others encoded. */
function pathOf(url: string): string {
  return fileURLToPath(url.replaceAll(/[ #?]/g, encodeURIComponent));
}

/** The line of the source with a mark below it. */
async function excerpt({ path, line, column }: Place): Promise<string[]> {
  const text = await Deno.readTextFile(path).catch(() => "");
  const source = text.split("\n")[line - 1];
  if (source === undefined || source.trim() === "" || source.length > 200) return [];
  const gutter = `${line} | `;
  const before = source.slice(0, column - 1).replace(/[^\t]/g, " ");
  return [gutter + source, `${" ".repeat(gutter.length)}${before}^`];
}

function plain(text: string): string {
  // deno-lint-ignore no-control-regex -- colour codes begin with a control character
  return text.replace(/\x1b\[[0-9;]*m/g, "");
}

async function isFile(path: string): Promise<boolean> {
  const found = await Deno.stat(path).catch(() => undefined);
  return found?.isFile === true;
}
