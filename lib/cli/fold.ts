// Help as a terminal shows it: descriptions are broken between words.

import { fillRows } from "../core/fill.ts";

/** Columns that a description needs to stand beside its name. */
const least = 24;

/** Folds lines of help for the terminal on standard output; as they are where there is none. */
export function foldHere(lines: readonly string[]): readonly string[] {
  if (!Deno.stdout.isTerminal() || Deno.env.get("TERM") === "dumb") return lines;
  const { columns } = Deno.consoleSize();
  return columns === 0 ? lines : lines.flatMap((line) => fold(line, columns));
}

/** Folds help where a person reads it. */
export function foldFor({ terminal }: { readonly terminal: boolean }, text: string): string {
  return terminal ? foldHere(text.split("\n")).join("\n") : text;
}

/** Breaks a line: a description goes on below its beginning. Examples stay whole, so that they can be copied. */
export function fold(line: string, columns: number): string[] {
  const [left = ""] = /^ +\S+(?: \S+)* {2,}(?=\S)/.exec(line) ?? [];
  if (line.length <= columns || (left === "" && line.startsWith(" "))) return [line];
  const further = left === "" || columns - left.length >= least ? " ".repeat(left.length) : " ".repeat(6);
  const name = left.trimEnd();
  const words = [name, ...line.slice(name.length).match(/ *[^ ]+/g) ?? []];
  return fillRows(words, further, (row) => row.length <= columns);
}
