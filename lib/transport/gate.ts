// Where our script's output begins: what the login shell's own files print before it is thrown away.

import { Buffer } from "node:buffer";

const prefix = "\x1ealcaide ";
const suffix = "\x1e";

/** Bytes of the end of what comes before the marker: a login shell may print for ever. */
const longest = 64 * 1024;

/** The first line that a script prints: it runs, and as which process. */
export function marker(pid: number): string {
  return `${prefix}${pid}${suffix}`;
}

/** A shell command that prints the marker. */
export const printMarker = "printf '\\036alcaide %d\\036' \"$$\"";

/** Holds output back until the script has said that it runs. */
export interface Gate {
  /** How many markers came so far. */
  readonly seen: number;
  /** The shell's process, when it is known. */
  readonly pid: number | undefined;
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
  const pattern = new RegExp(`${prefix}(\\d{1,10})${suffix}`);
  let seen = 0;
  let pid: number | undefined;
  let held = Buffer.alloc(0);
  // One character a byte, so that places in the text are places in the bytes.
  const find = () => seen < wanted ? pattern.exec(held.toString("latin1")) : null;
  return {
    get seen() {
      return seen;
    },
    get pid() {
      return pid;
    },
    write(chunk) {
      if (seen === wanted) return through(chunk);
      held = Buffer.concat([held, chunk]);
      for (let match = find(); match; match = find()) {
        held = held.subarray(match.index + match[0].length);
        pid = Number(match[1]);
        seen++;
      }
      if (seen < wanted) return void (held = held.subarray(-longest));
      onOpen();
      if (held.length > 0) through(held);
      held = Buffer.alloc(0);
    },
    end: () => held,
  };
}
