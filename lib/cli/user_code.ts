// Running the user's code. Its faults are shown with its own lines, not with ours.

import { fileURLToPath } from "node:url";
import { ConfigError, type Problem } from "../core/error.ts";
import type { ErrorPlace } from "../ui/mod.ts";

/** The source of the user's code. */
export interface Source {
  /** Its path, or its name when it is in the program. */
  readonly path: string;
  /** A prefix to leave out of the places in it. */
  readonly root?: string;
}

/** Runs the user's code; what it throws becomes an error that points at the user's line. */
export async function guard<T>(source: Source, run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    // It says itself what is wrong, and where: an encrypted file, not a line of code.
    throw error instanceof ConfigError ? error : await pointed(source, error);
  }
}

interface StackPosition {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** The place in the user's own code that an error comes from, with its line; undefined when none of it is the user's. */
export async function placeInFile(
  error: unknown,
  source?: Pick<Source, "root">,
): Promise<ErrorPlace | undefined> {
  let place: StackPosition | undefined;
  // The deepest frame is nearest to the fault.
  for (let depth = 0; error instanceof Error && depth < 10; error = error.cause, depth++) {
    place = firstOfUser(error) ?? place;
  }
  if (place === undefined) return undefined;
  const path = shownPath(place.path, source?.root);
  return { position: `${path}:${place.line}:${place.column}`, excerpt: await excerpt(place) };
}

async function pointed(source: Source, error: unknown): Promise<ConfigError> {
  const [message, ...more] = messageOf(error);
  const place = firstOfUser(error);
  const hint = hintOf(error, message);
  const problem: Problem = {
    path: place ? `${shownPath(place.path, source.root)}:${place.line}:${place.column}` : source.path,
    problem: message,
    ...(hint === undefined ? {} : { hint }),
  };
  const details = [...more, ...place ? await excerpt(place) : []];
  return new ConfigError([problem], error instanceof Error ? { details, cause: error.cause } : { details });
}

function shownPath(path: string, root: string | undefined): string {
  const start = root === undefined ? "" : fileURLToPath(root);
  return path.startsWith(start) ? path.slice(start.length) : path;
}

/** The thrown error, in lines. Behind the first one Deno itself says where, which is said another way. */
function messageOf(error: unknown): [first: string, ...more: string[]] {
  if (!(error instanceof Error)) {
    const [first = "", ...more] = Deno.inspect(error).split("\n");
    return [`it throws ${first}`, ...more];
  }
  const text = plain(error.message);
  const [first = "", ...more] = text.trimEnd().split("\n");
  const message = first
    .replace(/^The module's source code could not be parsed: |^SyntaxError: /, "")
    .replace(/ (at|from) "?file:\/\/\S+$/, "")
    .replaceAll("file://", "")
    .replace(/\.$/, "") || error.name;
  return [message, ...isDenos(text) ? [] : more];
}

/** True for the words of Deno about a module that it can't load. */
function isDenos(message: string): boolean {
  return /\b(at|from) "?file:\/\//.test(message);
}

function hintOf(error: unknown, message: string): string | undefined {
  const { hint } = (error ?? {}) as { hint?: unknown };
  if (typeof hint === "string") return hint;
  if (/^Import "alcaide(\/internal)?"/.test(message)) return "Run alcaide with the deno.json it comes with";
  if (/^Import ".*" not a dependency/.test(message)) {
    return 'Write the whole specifier, such as "npm:lodash@4" or "./file.ts"';
  }
  return undefined;
}

/** Packages of npm: in a node_modules directory, or in Deno's cache by registry, name and version. */
const packaged = /\/node_modules\/|\/npm\/[^/]+\/(?:@[^/]+\/)?[^/@]+\/\d+\.\d+\.\d+[^/]*\//;

/** A module as a binary reads it. It has no line of the user's where the stack is used up: no map is applied then. */
const unmapped = /\/alcaide-source-[0-9a-f]+\//;

/** The first place in the stack that is the user's, not this library's nor that of a package. */
function firstOfUser(error: unknown): StackPosition | undefined {
  if (!(error instanceof Error)) return undefined;
  // Bundled, all that is ours stands in one directory.
  const bundled = !import.meta.url.endsWith("/lib/cli/user_code.ts");
  const places = bundled
    ? ["./"]
    : ["../", "../../tasks/", "../../mod.ts", "../../cli.ts", "../../internal.ts"];
  const ours = places.map((path) => new URL(path, import.meta.url).href);
  const text = plain(`${error.stack ?? error.message}`);
  for (
    const [, url = "", line, column] of text.matchAll(
      /(?:\bat (?:async )?|\()(file:\/\/.*?):(\d+):(\d+)\)?$/gm,
    )
  ) {
    if (packaged.test(url) || unmapped.test(url) || ours.some((place) => url.startsWith(place))) continue;
    return { path: pathOf(url), line: Number(line), column: Number(column) };
  }
  return undefined;
}

/** The path behind a URL of a stack, where some signs stand as they are and others encoded. */
function pathOf(url: string): string {
  return fileURLToPath(url.replaceAll(/[ #?]/g, encodeURIComponent));
}

/** The line of the source with a mark below it. */
async function excerpt({ path, line, column }: StackPosition): Promise<string[]> {
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
