// The colour of a server's name: the same every time, and none that means good or bad elsewhere.

const codes = ["36", "35", "34", "1;36", "1;35", "1;34"] as const;

/** The terminal's code for a source's name. */
export function sourceColour(source: string): string {
  return codes[hash(source) % codes.length] ?? "36";
}

function hash(text: string): number {
  return [...text].reduce((sum, char) => (sum * 31 + (char.codePointAt(0) ?? 0)) % 1_000_003, 7);
}
