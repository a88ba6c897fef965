// Reading what a person types.

/** Something to read answers from. */
export interface Keyboard {
  /** Reads a line. */
  line(): Promise<string>;
  /** Reads a line that isn't shown; null when there is none. It asks once nothing typed can be seen any more. */
  hidden(ask: () => void): Promise<string | null>;
}

/** The keyboard of this terminal; undefined when standard input is no terminal. */
export function standardKeyboard(signal: AbortSignal): Keyboard | undefined {
  if (!Deno.stdin.isTerminal()) return undefined;
  return {
    line: async () => new TextDecoder().decode(await readPiece(signal) ?? new Uint8Array()),
    hidden: (ask) => readHidden(ask, signal),
  };
}

/** Reads what is piped into this program, to its end; undefined when a terminal is there instead. */
export async function readPiped(): Promise<Uint8Array | undefined> {
  if (Deno.stdin.isTerminal()) return undefined;
  return new Uint8Array(await new Response(Deno.stdin.readable).arrayBuffer());
}

/** The terminal shows nothing and hands over each key; Ctrl-C is still a signal. */
async function readHidden(ask: () => void, signal: AbortSignal): Promise<string | null> {
  // There is no such way on Windows, where Ctrl-C then is a key.
  Deno.stdin.setRaw(true, Deno.build.os === "windows" ? undefined : { cbreak: true });
  try {
    ask();
    const line = hiddenLine();
    for (;;) {
      const answer = line(await readPiece(signal));
      if (answer !== undefined) return answer;
    }
  } finally {
    leaveRaw();
  }
}

/** Puts the terminal back as it was. One that was closed needs it no more, and must not hide why the task ends. */
export function leaveRaw(): void {
  try {
    Deno.stdin.setRaw(false);
  } catch (error) {
    if (Deno.stdin.isTerminal()) throw error;
  }
}

/** Puts keys together to a line: gives it at its end, null when there is none, else undefined. */
export function hiddenLine(): (keys: Uint8Array | null) => string | null | undefined {
  const typed: number[] = [];
  return (keys) => {
    if (keys === null) return null;
    for (const [index, key] of keys.entries()) {
      const ends = key === 0x0a || key === 0x0d;
      if (ends && index === keys.length - 1) return new TextDecoder().decode(new Uint8Array(typed));
      // Nobody types on so quickly: several lines were pasted.
      if (ends) typed.push(0x0a);
      if (key === 0x03 || (key === 0x04 && typed.length === 0)) return null;
      if (key === 0x7f || key === 0x08) removeLast(typed);
      else if (key === 0x15) typed.length = 0;
      else if (key >= 0x20) typed.push(key);
    }
    return undefined;
  };
}

/** A character may be of several bytes; all but the first begin with the bits 10. */
function removeLast(typed: number[]): void {
  while (typed.length > 0 && ((typed.pop() ?? 0) & 0xc0) === 0x80);
}

/** The wait ends with the signal, though the read itself can't: the program is about to end then. */
async function readPiece(signal: AbortSignal): Promise<Uint8Array | null> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    const buffer = new Uint8Array(4096);
    const count = await Promise.race([Deno.stdin.read(buffer), aborted.promise]);
    return count === null ? null : buffer.subarray(0, count);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
