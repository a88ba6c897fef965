// Keys as text: 32 bytes in base64 or hexadecimal digits, on one line.

import { decodeBase64, encodeBase64 } from "@std/encoding/base64";
import { refuse } from "./format.ts";

const size = 32;

/** A new random key, as a line of text. */
export function newKeyText(): string {
  return `${encodeBase64(crypto.getRandomValues(new Uint8Array(size)))}\n`;
}

/**
 * Reads a key. Nothing of the text is in the message: it may be a key with a slip.
 *
 * @throws {ConfigError} when it is none
 */
export function parseKey(text: string, path: string): Uint8Array<ArrayBuffer> {
  const line = text.trim();
  const hint = `A key is ${size} bytes in base64 or hexadecimal digits, on one line`;
  if (line === "") throw refuse(path, "it is empty", hint);
  if (/\s/.test(line)) throw refuse(path, "it has more than one word", hint);
  if (/^[0-9a-fA-F]{64}$/.test(line)) {
    return Uint8Array.from(line.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  }
  const bytes = base64(line);
  if (bytes === undefined) throw refuse(path, "it is neither base64 nor hexadecimal", hint);
  if (bytes.length !== size) throw refuse(path, `it has ${bytes.length} bytes, not ${size}`, hint);
  return bytes;
}

function base64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const plain = text.replaceAll("-", "+").replaceAll("_", "/").replace(/(?<!=)=+$/, "");
    return decodeBase64(plain.padEnd(Math.ceil(plain.length / 4) * 4, "="));
  } catch {
    return undefined;
  }
}
