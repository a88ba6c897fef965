// The layout of an encrypted file: a header, a line per name in order, and a line that seals them all. A diff shows
// which names changed.

import { decodeBase64, encodeBase64 } from "@std/encoding/base64";
import { dirname } from "node:path";
import { AlcaideError, ConfigError } from "../core/error.ts";

const kind = "alcaide-secrets";
const version = 1;
const remark =
  '# Safe to commit: names can be read, values are encrypted. Change it with "alcaide secrets edit".';

/** An encrypted file taken apart; nothing of it is decrypted or trusted yet. */
export interface SecretsFile {
  /** What `-e` chose when it was made. */
  readonly environment: string | undefined;
  /** Tells keys apart. */
  readonly keyId: string;
  readonly values: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  /** Seals all that stands above it. */
  readonly seal: Uint8Array<ArrayBuffer>;
}

/** The text above the seal. */
export type SecretsBody = Omit<SecretsFile, "seal">;

/** Names that a secret may have; a variable's name has no dot and no hyphen. */
export function isSecretName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name) && name.length <= 200;
}

/** Tells whether an environment variable can have that name. */
export function isVariableName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

/** The text above the seal, which is what the seal proves. */
export function bodyText({ environment, keyId, values }: SecretsBody): string {
  const made = environment === undefined ? "" : ` environment=${environment}`;
  const rows = [...values].sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, data]) => `${name}: ${encodeBase64(data)}`);
  return `${[`${kind}/${version}${made} key=${keyId}`, remark, ...rows].join("\n")}\n`;
}

/** The whole text. */
export function fileText(file: SecretsFile): string {
  return `${bodyText(file)}end ${encodeBase64(file.seal)}\n`;
}

/** The text bound to each value, which can't be moved to another name, environment or version of the layout. */
export function valueLabel(environment: string | undefined, name: string): string {
  return `${kind}/${version}\n${environment ?? ""}\n${name}`;
}

/**
 * Takes a text apart.
 *
 * @throws {ConfigError} that says what is wrong with it, and where
 */
export function parseFile(text: string, path: string): SecretsFile {
  // Git on Windows may write other line ends.
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const conflict = lines.findIndex((line) => /^(<{7}|>{7}|\|{7}|={7})( |$)/.test(line));
  if (conflict >= 0) {
    const hint =
      `Take one side whole (git checkout --theirs -- ${path}), then set the other side's changes again`;
    throw refuse(path, `line ${conflict + 1} is a mark of a merge conflict`, hint);
  }
  const header = parseHeader(lines[0] ?? "", path);
  const end = lines.findIndex((line) => line.startsWith("end "));
  if (end >= 0 && lines.length > end + 2) {
    throw damaged(path, `there is text after its last line, line ${end + 1}`);
  }
  if (end < 0 || lines.length !== end + 2 || lines[end + 1] !== "") {
    throw damaged(path, "its end is missing: it was cut off");
  }
  const values = new Map<string, Uint8Array<ArrayBuffer>>();
  let before = "";
  for (const [index, line] of lines.slice(0, end).entries()) {
    if (index === 0 || line.startsWith("#")) continue;
    const [name, data] = parseRow(line) ?? [];
    if (name === undefined || data === undefined) throw damaged(path, `line ${index + 1} is damaged`);
    if (name <= before) throw damaged(path, `its names are not in order in line ${index + 1}`);
    values.set(before = name, data);
  }
  const seal = parseBase64((lines[end] ?? "").slice(4));
  if (seal === undefined) throw damaged(path, `line ${end + 1} is damaged`);
  return { ...header, values, seal };
}

function parseHeader(line: string, path: string): Pick<SecretsFile, "environment" | "keyId"> {
  const [, known, rest = ""] = /^alcaide-secrets\/(\d+)( .*|)$/.exec(line) ?? [];
  if (known === undefined) {
    throw damaged(path, line === "" ? "it is empty" : "it does not begin like a file of encrypted secrets");
  }
  if (Number(known) !== version) {
    const hint = Number(known) > version ? "Use a newer alcaide" : 'Make it anew with "alcaide secrets init"';
    throw refuse(path, `it is of version ${known}, and this alcaide reads version ${version}`, hint);
  }
  const [, environment, keyId] = /^(?: environment=([\w.-]+))? key=([0-9a-f]{16})$/.exec(rest) ?? [];
  if (keyId === undefined) throw damaged(path, "line 1 is damaged");
  return { environment, keyId };
}

function parseRow(line: string): [string, Uint8Array<ArrayBuffer>] | undefined {
  const [, name = "", text = ""] = /^([^:\s]+): (\S+)$/.exec(line) ?? [];
  const data = parseBase64(text);
  return isSecretName(name) && data !== undefined ? [name, data] : undefined;
}

/** Undefined for what isn't exactly what an encoder writes: unused bits are part of what is proven. */
function parseBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const data = decodeBase64(text);
    return data.length > 0 && encodeBase64(data) === text ? data : undefined;
  } catch {
    return undefined;
  }
}

/** The error of a file that is damaged: the repository has it as it was. */
export function damaged(path: string, problem: string): ConfigError {
  return refuse(path, problem, `Take it from the repository: git checkout -- ${path}`);
}

/** The error of a file that can't be used. */
export function refuse(path: string, problem: string, hint: string): ConfigError {
  return new ConfigError([{ path, problem, hint }]);
}

/** The error of a file that can't be read, named relative to the directory of the Alcaidefile. */
export function unreadable(name: string, cause: unknown): AlcaideError {
  if (cause instanceof Deno.errors.NotADirectory) {
    return refuse(name, "a file stands where its directory belongs", `Move "${dirname(name)}" away`);
  }
  const isDirectory = cause instanceof Deno.errors.IsADirectory;
  const hint = isDirectory ? "It is a directory: move it away" : "Look at its permissions";
  return new AlcaideError(`Cannot read ${name}`, { cause, hint });
}
