// Reads `~/.ssh/config` and `/etc/ssh/ssh_config`: the lines that apply to a server, in the order in which OpenSSH takes
// them. Of `Match` the criteria all, host, originalhost, user and localuser are understood; a block with another one
// (exec, final, canonical, tagged ...) never applies. Names aren't canonicalized. Keywords that say nothing about
// how to get to a server are passed over.

import { dirname, join } from "node:path";
import { type Line, parse } from "ssh-config";
import { ConnectError } from "../../core/error.ts";
import { named } from "../../core/shape.ts";
import { expand, expandHome, matchesPattern, matchesPatterns, type Meanings } from "./config_values.ts";

/** A file of SSH's configuration. It need not exist. */
export interface ConfigFile {
  /** Its path; relative paths in it start at its directory. */
  readonly path: string;
  /** The person's own: nobody else may be able to write to it, and `~` is understood. */
  readonly own: boolean;
}

/** The server that the lines are read for. */
export interface Asked {
  /** Its name as given. */
  readonly host: string;
  /** The user as given; without one the files may name one. */
  readonly user?: string | undefined;
  /** The user where neither says anything. */
  readonly usualUser: string;
  /** The program that asks. */
  readonly localUser: string;
  readonly home: string | undefined;
}

/** The values of what the files say, by the keyword in small letters. */
export class Settings extends Map<string, readonly string[]> {
  /** The file that says it, by the same keywords. */
  readonly files: Map<string, string> = new Map();

  /** The first value of a keyword. */
  first(keyword: string): string | undefined {
    return this.get(keyword.toLowerCase())?.[0];
  }

  /** The paths that a keyword names, else the usual ones; the word `none` names no path. */
  paths(keyword: string, meanings: Meanings, usual: readonly string[] = []): string[] {
    const named = this.get(keyword.toLowerCase()) ?? usual;
    return named.filter((path) => path.toLowerCase() !== "none").map((path) =>
      this.expand(keyword, path, meanings)
    );
  }

  /** Puts tokens into a value; the error for one that has no meaning names the setting. */
  expand(keyword: string, value: string, meanings: Meanings): string {
    try {
      return expand(value, meanings);
    } catch (cause) {
      throw this.bad(keyword, value, `"${(cause as Error).message}" has no meaning here`, cause);
    }
  }

  /** The error of a value that can't be used. */
  bad(keyword: string, value: string, problem: string, cause?: unknown): ConnectError {
    return new ConnectError(`Cannot use "${keyword} ${value}" of SSH's configuration: ${problem}`, {
      cause,
      hint: `Change it in ${this.files.get(keyword.toLowerCase()) ?? "~/.ssh/config"}`,
    });
  }
}

interface Reading {
  readonly asked: Asked;
  readonly settings: Settings;
}

const deepest = 16;

/**
 * Reads what the files say about a server. The first value found counts; `IdentityFile` and `CertificateFile` add up.
 *
 * @throws {ConnectError} when a file can't be read or understood, or others may write to the person's own
 */
export function readSettings(files: readonly ConfigFile[], asked: Asked): Settings {
  const settings = new Settings();
  for (const file of files) applyFile({ asked, settings }, file, dirname(file.path), 0);
  return settings;
}

/** Values as the configuration wants them: `%h` in `HostName` is the name as given. */
export function hostNameOf(settings: Settings, given: string): string {
  const name = settings.first("HostName");
  if (name === undefined) return given;
  return settings.expand("HostName", name, { tokens: { h: given }, variable: () => undefined });
}

function applyFile(reading: Reading, file: ConfigFile, base: string, depth: number): void {
  if (depth > deepest) {
    throw new ConnectError(`Cannot read "${file.path}": too many files include each other`, {
      hint: "Look for an Include that leads back to where it stands",
    });
  }
  const text = readConfig(file);
  if (text !== undefined) applyLines(reading, parseConfig(text, file), file, base, depth);
}

function readConfig({ path, own }: ConfigFile): string | undefined {
  try {
    using file = Deno.openSync(path);
    const { uid, mode } = file.statSync();
    const me = Deno.uid();
    if (own && me !== null && ((uid !== 0 && uid !== me) || ((mode ?? 0) & 0o022) !== 0)) throw foreign(path);
    return readAll(file);
  } catch (cause) {
    if (cause instanceof ConnectError) throw cause;
    if (["ENOENT", "ENOTDIR"].includes((cause as { code?: string }).code ?? "")) return undefined;
    throw new ConnectError(`Cannot read "${path}"`, { cause, hint: "It is SSH's configuration" });
  }
}

function readAll(file: Deno.FsFile): string {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(16 * 1024);
  let text = "";
  for (let count = file.readSync(buffer); count !== null; count = file.readSync(buffer)) {
    text += decoder.decode(buffer.subarray(0, count), { stream: true });
  }
  return text + decoder.decode();
}

function foreign(path: string): ConnectError {
  return new ConnectError(`Cannot trust "${path}": others may write to it`, {
    hint: `Make it yours alone with "chmod 600 ${path}", as OpenSSH wants it too`,
  });
}

function parseConfig(text: string, { path }: ConfigFile): readonly Line[] {
  try {
    return parse(text.replaceAll("\r\n", "\n"));
  } catch (cause) {
    throw new ConnectError(`Cannot understand "${path}"`, {
      cause,
      details: [(cause as Error).message],
      hint: "Check quotes and empty values",
    });
  }
}

function applyLines(
  reading: Reading,
  lines: readonly Line[],
  file: ConfigFile,
  base: string,
  depth: number,
): void {
  for (const line of lines) {
    if (!("param" in line)) continue;
    const keyword = line.param.toLowerCase();
    const values = typeof line.value === "string" ? [line.value] : line.value.map(({ val }) => val);
    if ("config" in line) {
      if (applies(reading, keyword, values)) applyLines(reading, line.config, file, base, depth);
    } else if (keyword === "include") {
      for (const path of values.flatMap((value) => included(value, file, base, reading.asked.home))) {
        applyFile(reading, { ...file, path }, base, depth + 1);
      }
    } else if (values.every((value) => value === "")) {
      throw new ConnectError(`Cannot understand "${file.path}": "${line.param.trim()}" has no value`, {
        hint: "Give it one, or remove the line",
      });
    } else set(reading.settings, keyword, values, file.path);
  }
}

function set(settings: Settings, keyword: string, values: readonly string[], file: string): void {
  const before = settings.get(keyword);
  // The first of these two counts, whichever it is.
  const rival = { proxyjump: "proxycommand", proxycommand: "proxyjump" }[keyword];
  if (keyword === "identityfile" || keyword === "certificatefile") {
    settings.set(keyword, [...new Set([...before ?? [], ...values])]);
  } else if (before === undefined && !(rival && settings.has(rival))) settings.set(keyword, values);
  else return;
  if (before === undefined) settings.files.set(keyword, file);
}

function applies({ asked, settings }: Reading, keyword: string, values: readonly string[]): boolean {
  if (keyword === "host") return matchesPatterns(values, asked.host);
  const subjects: Readonly<Record<string, () => string>> = {
    host: () => hostNameOf(settings, asked.host),
    originalhost: () => asked.host,
    user: () => asked.user ?? settings.first("User") ?? asked.usualUser,
    localuser: () => asked.localUser,
  };
  const words = [...values];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word.toLowerCase() === "all") continue;
    const negated = word.startsWith("!");
    const subject = named(subjects, word.replace("!", "").toLowerCase());
    const patterns = words.shift();
    if (!subject || patterns === undefined) return false;
    if (matchesPatterns(patterns.split(","), subject()) === negated) return false;
  }
  return values.length > 0;
}

/** The files that an Include means, in order. */
function included(pattern: string, file: ConfigFile, base: string, home: string | undefined): string[] {
  const path = file.own ? expandHome(pattern, home) : pattern;
  const whole = path.startsWith("/") ? path : join(base, path);
  return whole.split("/").slice(1).reduce<string[]>(
    (found, part) => found.flatMap((directory) => step(directory, part)),
    [""],
  );
}

function step(directory: string, part: string): string[] {
  if (!/[*?]/.test(part)) return [`${directory}/${part}`];
  try {
    // As in a shell, a pattern means no hidden files.
    const all = [...Deno.readDirSync(directory === "" ? "/" : directory)].map(({ name }) => name);
    const names = all.filter((name) =>
      matchesPattern(part, name) && (!name.startsWith(".") || part.startsWith("."))
    );
    return names.sort().map((name) => `${directory}/${name}`);
  } catch {
    return [];
  }
}
