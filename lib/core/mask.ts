// Takes secrets out of what others say.

const mask = "[secret]";

/** Puts `[secret]` in the place of each of these texts, and of their lines. */
export function masked(text: string, secrets: readonly string[]): string {
  const pattern = anyOf(sought(secrets));
  return pattern === undefined ? text : text.replaceAll(pattern, mask);
}

/** Fewest characters of a line that is hidden by itself: shorter ones, such as a brace, could be anything. */
const shortestLine = 8;

/** The texts to look for. Output is often told by lines, so those of a secret count, too. */
function sought(secrets: readonly string[]): string[] {
  const lines = secrets.flatMap((secret) => secret.split(/\r?\n/)).filter(({ length }) =>
    length >= shortestLine
  );
  return [...new Set([...secrets, ...lines])].filter((text) => text !== "");
}

/** Finds the first of these texts, and the longest that begins there. */
function anyOf(texts: readonly string[]): RegExp | undefined {
  if (texts.length === 0) return undefined;
  const longestFirst = texts.toSorted((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|"), "g");
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
  const wanted = sought(secrets).map((secret) => binary(new TextEncoder().encode(secret)));
  const pattern = anyOf(wanted);
  let held = "";
  return {
    take: (chunk) => {
      const text = held + binary(chunk);
      let [given, at] = ["", 0];
      for (;;) {
        const begun = beginning(text, at, wanted);
        if (pattern) pattern.lastIndex = at;
        const found = pattern?.exec(text);
        // One that begins there may be longer.
        if (!found || found.index >= begun) {
          held = text.slice(begun);
          return bytes(given + text.slice(at, begun));
        }
        given += text.slice(at, found.index) + mask;
        at = found.index + found[0].length;
      }
    },
    rest: () => {
      const last = pattern ? held.replaceAll(pattern, mask) : held;
      held = "";
      return bytes(last);
    },
  };
}

/** Where the end of a text begins that may become a secret; the text's length where none does. */
function beginning(text: string, from: number, secrets: readonly string[]): number {
  const longest = Math.max(1, ...secrets.map(({ length }) => length));
  for (let at = Math.max(from, text.length - longest + 1); at < text.length; at++) {
    const end = text.slice(at);
    if (secrets.some((secret) => secret.length > end.length && secret.startsWith(end))) return at;
  }
  return text.length;
}

function binary(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}
