// Text as a terminal shows it: its colours, and what it must not obey.

import { stripAnsiCode } from "@std/fmt/colors";
import { printable } from "../core/text.ts";
import { sourceColour } from "./source_colour.ts";
import { wrap } from "./wrap.ts";

/** Codes of the terminal. The maker of the ui decides about colours, not a library. */
export const codes = { red: "31", green: "32", yellow: "33", dim: "2", error: "1;31" } as const;

/** The inputs of {@linkcode Style}. */
export interface StyleOptions {
  /** True for colours. */
  readonly colour: boolean;
  /** True where long lines are broken between words. */
  readonly wraps: boolean;
  /** Width of the terminal. */
  readonly columns: () => number;
}

/** The way texts look. */
export class Style {
  readonly #options: StyleOptions;

  /** Makes it. */
  constructor(options: StyleOptions) {
    this.#options = options;
  }

  /** Breaks long lines of prose. */
  wrap(text: string): string {
    return this.#options.wraps ? wrap(text, this.#options.columns()) : text;
  }

  /** A line of a command, with the name of its source. */
  line(source: string, text: string): string {
    return `${this.name(source)} ${this.paint(codes.dim, "|")} ${this.clean(text)}`;
  }

  /** Shows control characters instead of obeying them. */
  clean(text: string): string {
    return this.colours(printable(text));
  }

  /** Leaves colours out where there are none. */
  colours(text: string): string {
    return this.#options.colour ? text : stripAnsiCode(text);
  }

  /** The name of a source, in a colour of its own. */
  name(source: string): string {
    return this.paint(sourceColour(source), this.clean(source));
  }

  /** Paints a text. */
  paint(code: string, text: string): string {
    return this.#options.colour ? `\x1b[${code}m${text}\x1b[0m` : text;
  }
}
