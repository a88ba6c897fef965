// Fingerprints that tell whether two environments are the same without betraying what they hold.

import type { Secret } from "./secret.ts";

/** Names contents: the same for the same value, another one for any other. */
export async function contentKey(value: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return hex(await crypto.subtle.digest("SHA-256", bytes), 16);
}

/** A keyed fingerprint of an environment: without the key, which stays on the server, short secrets can't be guessed. */
export async function envFingerprint(
  env: Readonly<Record<string, string | Secret>>,
  key: string,
): Promise<string> {
  const entries = Object.entries(env)
    .map(([name, value]) => [name, typeof value === "string" ? value : value.reveal()])
    .sort(([a = ""], [b = ""]) => (a < b ? -1 : 1));
  return await fingerprint(JSON.stringify(entries), key);
}

/** A keyed fingerprint of a text. */
export async function fingerprint(text: string, key: string): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const hmac = await crypto.subtle.importKey("raw", encoder.encode(key), algorithm, false, ["sign"]);
  const signature = await crypto.subtle.sign("HMAC", hmac, encoder.encode(text));
  return hex(signature, 8);
}

/** Names a text that is no secret: 16 hexadecimal digits, by FNV-1a. */
export function shortName(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, "0");
}

/** The first bytes as hexadecimal digits. */
export function hex(bytes: ArrayBuffer, count: number): string {
  return [...new Uint8Array(bytes, 0, count)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
