/**
 * Where our script's output begins: what the login shell's own files print before it is thrown away.
 *
 * @module
 */

/** What a script prints first, to say that it runs. */
export const marker = "\x1ealcaide\x1e";

/** The same as text for the shell's `printf`. */
export const markerFormat = "\\036alcaide\\036";

/** Holds output back until the script has said that it runs. */
export interface Gate {
  /** How many markers came so far. */
  readonly seen: number;
  /** Takes a piece of output. */
  write(chunk: Uint8Array): void;
  /** Gives what was held back and never let through: the words of a login shell or of `doas`. */
  end(): Uint8Array;
}

/**
 * Makes a gate that opens after a number of markers.
 *
 * @param wanted how many markers come, one after the other
 * @param through gets everything after the last one
 * @param onOpen called when the last one has come
 */
export function gate(wanted: number, through: (chunk: Uint8Array) => void, onOpen: () => void): Gate {
  const bytes = new TextEncoder().encode(marker);
  let seen = 0;
  let held: Uint8Array = new Uint8Array();
  return {
    get seen() {
      return seen;
    },
    write(chunk) {
      if (seen === wanted) return through(chunk);
      held = concat(held, chunk);
      for (let at = find(held, bytes); at >= 0 && seen < wanted; at = find(held, bytes)) {
        held = held.slice(at + bytes.length);
        seen++;
      }
      if (seen < wanted) return;
      onOpen();
      if (held.length > 0) through(held);
      held = new Uint8Array();
    },
    end: () => held,
  };
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

function find(haystack: Uint8Array, needle: Uint8Array): number {
  const first = needle[0] ?? 0;
  for (let at = haystack.indexOf(first); at >= 0; at = haystack.indexOf(first, at + 1)) {
    if (needle.every((byte, index) => haystack[at + index] === byte)) return at;
  }
  return -1;
}
