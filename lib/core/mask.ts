// Takes secrets out of what others say.

/** Puts `[secret]` in the place of each of these texts. */
export function masked(text: string, secrets: readonly string[]): string {
  return secrets.filter((secret) => secret !== "").reduce(
    (rest, secret) => rest.replaceAll(secret, "[secret]"),
    text,
  );
}

/** Does it with bytes that come in pieces. */
export interface Masker {
  /** Gives what is certain by now. */
  take(chunk: Uint8Array): Uint8Array;
  /** Gives what was held back. */
  rest(): Uint8Array;
}

/**
 * Masks secrets in bytes as they come: what may be the beginning of one is held back until more is known.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { masker } from "./mask.ts";
 *
 * const { take, rest } = masker(["hunter2"]);
 * const pieces = ["login hun", "ter2 as h"].map((text) => take(new TextEncoder().encode(text)));
 * assertEquals([...pieces, rest()].map((piece) => new TextDecoder().decode(piece)), ["login ", "[secret] as ", "h"]);
 * ```
 */
export function masker(secrets: readonly string[]): Masker {
  // One character a byte, so that a secret is found in whatever surrounds it.
  const wanted = secrets.map((secret) => binary(new TextEncoder().encode(secret)));
  let held = "";
  const give = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
  return {
    take: (chunk) => {
      const text = masked(held + binary(chunk), wanted);
      held = wanted.map((secret) => beginningIn(text, secret)).reduce(longer, "");
      return give(text.slice(0, text.length - held.length));
    },
    rest: () => {
      const last = give(held);
      held = "";
      return last;
    },
  };
}

/** The longest end of a text that a secret begins with. */
function beginningIn(text: string, secret: string): string {
  for (let length = Math.min(secret.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(secret.slice(0, length))) return secret.slice(0, length);
  }
  return "";
}

function longer(a: string, b: string): string {
  return a.length > b.length ? a : b;
}

function binary(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
