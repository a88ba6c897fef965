// The rows at the bottom of a terminal that are written again and again.

import { eastAsianWidth } from "get-east-asian-width";
import { type Sink, writeText } from "./sink.ts";

/** Rows that show what goes on now and make way for whatever else is printed. */
export class LiveRows {
  readonly #sink: Sink;
  readonly #columns: () => number;
  readonly #height: () => number;
  #shown: readonly string[] = [];

  /** Makes them for a terminal of so many columns and lines; they show nothing yet. */
  constructor(sink: Sink, columns: () => number, height: () => number = () => Infinity) {
    this.#sink = sink;
    this.#columns = columns;
    this.#height = height;
  }

  /** Shows rows in place of those before, as many as the terminal has lines for. */
  show(rows: readonly string[]): void {
    // Rows that were scrolled out of sight could not be taken away.
    const seen = rows.slice(0, Math.max(1, this.#height() - 1));
    // One column stays free: some terminals wrap as soon as the last one is filled. Behind the last row the terminal writes ^C.
    const room = (index: number) => Math.max(10, this.#columns() - (index === seen.length - 1 ? 3 : 1));
    const fitting = seen.map((row, index) => fit(row, room(index)));
    if (fitting.join("\n") === this.#shown.join("\n")) return;
    writeText(this.#sink, `${this.#taken()}${fitting.join("\n")}`);
    this.#shown = fitting;
  }

  /** Prints something above the rows, which stay. */
  above(print: () => void): void {
    const shown = this.#shown;
    this.clear();
    print();
    this.show(shown);
  }

  /** Takes the rows away. */
  clear(): void {
    const taken = this.#taken();
    if (taken !== "") writeText(this.#sink, taken);
    this.#shown = [];
  }

  /** Codes that take the rows away, the lowest first. A window that became narrower has wrapped them. */
  #taken(): string {
    const columns = Math.max(1, this.#columns());
    const lines = this.#shown.flatMap((row) =>
      Array<string>(Math.max(1, Math.ceil(width(row) / columns))).fill("\r\x1b[K")
    );
    return lines.join("\x1b[A");
  }
}

/** The columns that a text takes. A mark that joins the character before it is counted, which cuts a row early, never late. */
export function width(text: string): number {
  return [...text].reduce((sum, char) => sum + eastAsianWidth(char.codePointAt(0) ?? 0), 0);
}

/** A text cut to so many columns. */
export function fit(text: string, room: number): string {
  if (width(text) <= room) return text;
  let cut = "";
  for (const char of text) {
    if (width(cut + char) > room - 1) break;
    cut += char;
  }
  return `${cut}…`;
}
