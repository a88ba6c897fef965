/**
 * The shell for this machine: what `$` takes and gives.
 *
 * @module
 */

import type { Secret } from "../core/secret.ts";

/** A value in a command of `$`: it becomes one word, a list several; after `<` and `>` also a stream or bytes. */
export type ShellValue =
  | string
  | number
  | boolean
  | Secret
  | URL
  | Uint8Array
  | ReadableStream<Uint8Array>
  | readonly ShellValue[];

/** How a command ended. */
export interface ShellResult {
  /** Its exit status. */
  readonly code: number;
}

/** A command of `$`. It starts when it is awaited, or when one of the functions is called that give what it printed. */
export interface ShellCommand extends PromiseLike<ShellResult> {
  /** What it prints, without the last line break. */
  text(): Promise<string>;
  /** What it prints, line by line. */
  lines(): Promise<string[]>;
  /** What it prints, read as JSON. */
  json<T = unknown>(): Promise<T>;
  /** What it prints, as it is. */
  bytes(): Promise<Uint8Array>;
  /** Its exit status, also when that is not 0. */
  code(): Promise<number>;
  /** What it prints as it comes: for the standard input of a command on a server. It fails when the command does. */
  stream(): ReadableStream<Uint8Array>;
  /** Gives it something to read. */
  stdin(content: string | Uint8Array | ReadableStream<Uint8Array>): ShellCommand;
  /** Runs it in another directory. Default: the Alcaidefile's. */
  cwd(directory: string | URL): ShellCommand;
  /** Adds a variable to its environment; undefined takes one away. */
  env(name: string, value: string | Secret | undefined): ShellCommand;
  /** Shows nothing of what it prints. */
  quiet(): ShellCommand;
  /** Lets it end with any status, or with those. */
  noThrow(...codes: readonly number[]): ShellCommand;
  /** Ends it after so many milliseconds. */
  timeout(milliseconds: number): ShellCommand;
  /** Ends it early. A task's own signal does in any case. */
  signal(signal: AbortSignal): ShellCommand;
  /** Hands what it prints to another command. */
  pipe(next: ShellCommand): ShellCommand;
}

/** Shows how far something is. */
export interface ShellProgress {
  /** Goes on by so much. Default: 1. */
  increment(by?: number): void;
  /** Says how far it is. */
  position(done: number): void;
  /** Runs something and shows that it is done at its end. */
  with<T>(run: (progress: ShellProgress) => T | Promise<T>): Promise<T>;
}

/** The shell for this machine. */
export interface Shell {
  /**
   * Makes a command of text as one would type it, with pipes, redirects, `&&` and variables. Values are quoted.
   *
   * @throws {CommandError} when it is awaited and ends with another status than 0
   */
  (strings: TemplateStringsArray, ...values: readonly ShellValue[]): ShellCommand;
  /** Shows how far something is, out of a length that is 100 unless given. */
  progress(label: string, options?: { readonly length?: number }): ShellProgress;
}
