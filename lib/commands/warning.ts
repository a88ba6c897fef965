// Warnings of scripts that succeed: a line of their output that people are shown.

import { type Command, sh } from "../core/sh.ts";

const mark = "alcaide warns: ";

/** Prints a warning; the words that follow the text are the shell's, such as a variable in quotes. */
export function warn(text: string, more: Command = sh``): Command {
  return sh`echo ${`${mark}${text}`}${more}`;
}

/** The warnings in a script's output. */
export function warningsIn(output: string): string[] {
  return output.split("\n").filter((line) => line.startsWith(mark)).map((line) => line.slice(mark.length));
}
