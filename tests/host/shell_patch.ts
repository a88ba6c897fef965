/**
 * FreeBSD's sh, made of BusyBox's: both come from Almquist's shell, and Debian's BusyBox runs real programs, not its own.
 * It knows a few words that FreeBSD's does not; they are made unreachable by changing their names in the copy.
 */

/** Words to take away, as they stand in the table of built-in commands, with a replacement that keeps its order. */
const removed: readonly (readonly [string, string])[] = [
  ["2[[\0", "2[\x01\0"],
  ["3source\0", "3sourc\x01\0"],
  ["0let\0", "0le\x01\0"],
  ["0help\0", "0hel\x01\0"],
  // Its own kill words its errors in another way than the program does.
  ["2kill\0", "2kil\x01\0"],
  // FreeBSD's error texts name no line.
  ["line %d: \0", "\0ine %d: \0"],
];

/** The shell's bytes with the words taken away that FreeBSD's shell does not know. */
export function strictShell(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  for (const [from, to] of removed) {
    const at = find(copy, from);
    if (at < 0) {
      throw new Error(`Cannot find "${from.slice(0, -1)}" in BusyBox`);
    }
    for (let i = 0; i < to.length; i++) copy[at + i] = to.charCodeAt(i);
  }
  return copy;
}

function find(bytes: Uint8Array, text: string): number {
  const first = text.charCodeAt(0);
  let at = bytes.indexOf(first);
  while (at >= 0) {
    let i = 1;
    while (i < text.length && bytes[at + i] === text.charCodeAt(i)) i++;
    if (i === text.length) return at;
    at = bytes.indexOf(first, at + 1);
  }
  return -1;
}
