// The one line at the bottom of a terminal that is written again and again.

import { type Sink, writeText } from "./sink.ts";

/** A line that shows what goes on now and makes way for whatever else is printed. */
export class StatusLine {
  readonly #sink: Sink;
  readonly #columns: () => number;
  #text = "";
  #visible = false;

  /** Makes one; it shows nothing yet. */
  constructor(sink: Sink, columns: () => number) {
    this.#sink = sink;
    this.#columns = columns;
  }

  /** Shows a text in place of the one before. */
  show(text: string): void {
    // One column stays free: some terminals wrap as soon as the last one is filled.
    const room = Math.max(10, this.#columns() - 1);
    const chars = [...text];
    const fitting = chars.length > room ? `${chars.slice(0, room - 1).join("")}…` : text;
    if (this.#visible && fitting === this.#text) return;
    writeText(this.#sink, `${this.#visible ? "\r\x1b[K" : ""}${fitting}`);
    this.#text = fitting;
    this.#visible = true;
  }

  /** Prints something above the line, which stays. */
  above(print: () => void): void {
    const { text, visible } = { text: this.#text, visible: this.#visible };
    this.clear();
    print();
    if (visible) this.show(text);
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#visible) writeText(this.#sink, "\r\x1b[K");
    this.#visible = false;
    this.#text = "";
  }
}
