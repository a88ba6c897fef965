// Source maps, as far as they are needed to keep positions right: one that says "nothing moved", and moving what stands
// behind a replaced word.

import { Buffer } from "node:buffer";

/** A word of the text that becomes longer or shorter. */
export interface Growth {
  /** Its line, from 0. */
  readonly line: number;
  /** The column behind it, from 0. */
  readonly column: number;
  /** By how many characters it grows; negative when it shrinks. */
  readonly by: number;
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Writes a number the way that source maps do: base 64, the sign in the lowest bit, five bits a digit. */
export function encodeNumber(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = "";
  do {
    const more = rest >>> 5;
    text += digits[(rest & 31) | (more > 0 ? 32 : 0)];
    rest = more;
  } while (rest > 0);
  return text;
}

/** Reads the first number of a segment, and gives what follows it. */
export function decodeNumber(segment: string): { value: number; rest: string } {
  let bits = 0;
  for (let index = 0; index < segment.length; index++) {
    const digit = digits.indexOf(segment[index] ?? "");
    bits |= (digit & 31) << (5 * index);
    if (digit < 32) return { value: bits & 1 ? -(bits >>> 1) : bits >>> 1, rest: segment.slice(index + 1) };
  }
  return { value: 0, rest: "" };
}

/** The map of a text to itself, a segment for every word. */
export function identityMap(text: string, source: string): string {
  let last = 0;
  const lines = text.split("\n").map((line, index) => {
    let written = 0;
    const segments = wordStarts(line).map((column, nth) => {
      const lineStep = nth === 0 && index > 0 ? 1 : 0;
      const segment = [column - written, 0, lineStep, column - last].map(encodeNumber).join("");
      written = last = column;
      return segment;
    });
    return segments.join(",");
  });
  return JSON.stringify({ version: 3, sources: [source], names: [], mappings: lines.join(";") });
}

function wordStarts(line: string): number[] {
  return [...new Set([0, ...Array.from(line.matchAll(/\b|[^\w\s]/g), ({ index }) => index)])];
}

/** The map of a text in which words have grown. */
export function growMap(map: string, growths: readonly Growth[]): string {
  const parsed = JSON.parse(map) as { mappings: string };
  const lines = parsed.mappings.split(";");
  // From the right, so that a growth doesn't move the columns of those still to come.
  for (const growth of growths.toSorted((a, b) => b.column - a.column)) {
    const line = lines[growth.line];
    if (line) lines[growth.line] = growLine(line, growth);
  }
  return JSON.stringify({ ...parsed, mappings: lines.join(";") });
}

/** Columns are written as distances from the segment before, so one of them moves all that follow. */
function growLine(line: string, { column, by }: Growth): string {
  const segments = line.split(",");
  let position = 0;
  for (const [index, segment] of segments.entries()) {
    const { value, rest } = decodeNumber(segment);
    position += value;
    if (position < column) continue;
    segments[index] = encodeNumber(value + by) + rest;
    break;
  }
  return segments.join(",");
}

/** A map as the last line of the module that it belongs to. */
export function mapComment(map: string): string {
  return `//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString("base64")}`;
}
