// Lines that are longer than a terminal's.

import { stripAnsiCode } from "@std/fmt/colors";
import { fillRows } from "../core/fill.ts";
import { width } from "./live_rows.ts";

/** Words, each with the blanks before it. Quoted words count as one, so that a command can be copied, and so does a number with its unit. */
const words = / *(?:"[^"]*"|\d [a-zA-Z%]{1,3}(?![a-zA-Z])|[^ ])+/g;

/**
 * Breaks prose between words, where a terminal would break inside of one. Lines that begin with four blanks are quoted from
 * elsewhere, and stay as they are.
 */
export function wrap(text: string, columns: number): string {
  return text.split("\n").flatMap((line) => wrapLine(line, columns)).join("\n");
}

function wrapLine(line: string, columns: number): string[] {
  const indent = line.length - line.trimStart().length;
  if (indent >= 4 || columnsOf(line) <= columns) return [line];
  // Further in than the words of a log that may follow.
  const further = " ".repeat(indent === 0 ? 2 : indent + 4);
  return fillRows(line.match(words) ?? [], further, (row) => columnsOf(row) <= columns);
}

function columnsOf(text: string): number {
  return width(stripAnsiCode(text));
}
