// Bytes of a command's output as text that JSON can hold, without losing those that are none.

import { encodeBase64 } from "@std/encoding/base64";

/** A piece of output; `base64` has its bytes where they are not text in UTF-8. */
export interface OutputText {
  /** The text; what is none is replaced by U+FFFD. */
  readonly text: string;
  /** All its bytes, when not all of them are text. */
  readonly base64?: string;
}

/** Turns the bytes of one output into text, piece by piece. */
export interface Utf8 {
  /** Takes bytes; a character at their end that isn't whole yet waits for its rest. */
  take(bytes: Uint8Array): OutputText | undefined;
  /** The rest that waits, at the end. */
  rest(): OutputText | undefined;
}

/** Makes such a thing. */
export function utf8(): Utf8 {
  let waiting: Uint8Array = new Uint8Array();
  return {
    take: (bytes) => {
      const all = new Uint8Array([...waiting, ...bytes]);
      const whole = all.length - unfinished(all);
      waiting = all.subarray(whole);
      return textOf(all.subarray(0, whole));
    },
    rest: () => {
      const all = waiting;
      waiting = new Uint8Array();
      return textOf(all);
    },
  };
}

/** A line with its end; its bytes where its text can't hold them. */
export function lineBytes(line: string, bytes: Uint8Array = new TextEncoder().encode(line)): Uint8Array {
  return new Uint8Array([...bytes, 0x0a]);
}

function textOf(bytes: Uint8Array): OutputText | undefined {
  if (bytes.length === 0) return undefined;
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    return { text, base64: encodeBase64(bytes) };
  }
}

/** The number of bytes at the end that begin a character whose rest may still come. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back && byte < 0xf8 ? back : 0;
  }
  return 0;
}
