/** Random texts from a seed, of all that a variable can hold. */

const pieces = [
  "a",
  "Z",
  "0",
  " ",
  "  ",
  "\n",
  "\r\n",
  "\r",
  "\t",
  '"',
  '"""',
  "'",
  "\\",
  "\\n",
  "$",
  "$(x)",
  "`",
  "#",
  " # ",
  "=",
  "%",
  "é",
  "漢",
  "😀",
  "\u0001",
  "\u001b[31m",
  "\u007f",
  "\u200b",
  "\u202e",
  "\ufeff",
  "\u2028",
  "END_OF_TEXT",
  '\n"""\n',
  "export ",
] as const;

/** A text of up to 30 pieces. */
export function randomText(seed: number): string {
  let state = seed * 2654435761 + 1;
  const next = (below: number) => {
    state = Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9 | 0;
    return ((state ^ (state >>> 13)) >>> 0) % below;
  };
  return Array.from({ length: next(30) }, () => pieces[next(pieces.length)] ?? "").join("");
}
