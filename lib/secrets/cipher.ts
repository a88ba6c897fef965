// AES-256-GCM: a random nonce for each value, its name and the layout's version bound to it, and a seal over the whole.

import { decryptAesGcm, encryptAesGcm } from "@std/crypto/aes-gcm";
import { hex } from "../core/fingerprint.ts";
import { bodyText, damaged, refuse, type SecretsFile, valueLabel } from "./format.ts";

/** A key, ready to be used. */
export interface Key {
  /** Tells it from others; says nothing about it. */
  readonly id: string;
  readonly cipher: CryptoKey;
}

/** Values by name. */
export type Values = ReadonlyMap<string, string>;

/** The work on a file. */
export interface Contents {
  /** What `-e` chose. */
  readonly environment: string | undefined;
  readonly values: Values;
}

const encoder = new TextEncoder();
const nothing = new Uint8Array(0);

/** Makes a key of its 32 bytes. */
export async function importKey(bytes: Uint8Array<ArrayBuffer>): Promise<Key> {
  const label = encoder.encode("alcaide-secrets key ");
  const digest = await crypto.subtle.digest("SHA-256", new Uint8Array([...label, ...bytes]));
  const cipher = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
  return { id: hex(digest, 8), cipher };
}

/**
 * Encrypts values. A value that the file had before keeps its line, so that a diff shows only what changed.
 */
export async function encryptFile(
  { environment, values }: Contents,
  key: Key,
  before?: { readonly file: SecretsFile; readonly values: Values },
): Promise<SecretsFile> {
  const encrypted = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const [name, text] of values) {
    const old = before?.file.keyId === key.id && before.values.get(name) === text
      ? before.file.values.get(name)
      : undefined;
    encrypted.set(name, old ?? await encryptValue(key, text, valueLabel(environment, name)));
  }
  const body = { environment, keyId: key.id, values: encrypted };
  return { ...body, seal: await encryptValue(key, "", bodyText(body)) };
}

/**
 * Decrypts a file: all of it, or nothing.
 *
 * @throws {ConfigError} that tells a wrong key from a damaged value, and both from a list that was tampered with
 */
export async function decryptFile(file: SecretsFile, key: Key, path: string): Promise<Values> {
  const values = new Map<string, string>();
  const broken: string[] = [];
  for (const [name, data] of file.values) {
    const text = await decryptValue(key, data, valueLabel(file.environment, name));
    if (text === undefined) broken.push(name);
    else values.set(name, text);
  }
  if (file.keyId !== key.id) {
    if (values.size === 0) throw wrongKey(path);
    throw damaged(path, "its first line is damaged");
  }
  if (broken.length > 0) throw damaged(path, brokenProblem(broken, file.values.size));
  if (await decryptValue(key, file.seal, bodyText(file)) === undefined) {
    throw damaged(
      path,
      "its lines don't belong together: some were added, removed, or taken from another version",
    );
  }
  return values;
}

function brokenProblem(broken: readonly string[], count: number): string {
  const [first] = broken;
  if (broken.length === 1) return `the value of ${first} is damaged`;
  return broken.length === count
    ? "all its values are damaged, or it is another environment's"
    : `the values of ${broken.join(", ")} are damaged`;
}

/** The error of a key that isn't the file's. */
function wrongKey(path: string): Error {
  return refuse(path, "it was encrypted with another key", "Ask whoever changed the key for the new one");
}

/** Encrypts one text with a label that must be the same to decrypt it. */
export async function encryptValue(key: Key, text: string, label: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = text === "" ? nothing : encoder.encode(text);
  return await encryptAesGcm(key.cipher, bytes, { additionalData: encoder.encode(label) });
}

/** The text; undefined when anything isn't as it was. */
export async function decryptValue(
  key: Key,
  data: Uint8Array<ArrayBuffer>,
  label: string,
): Promise<string | undefined> {
  try {
    const bytes = await decryptAesGcm(key.cipher, data, { additionalData: encoder.encode(label) });
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
