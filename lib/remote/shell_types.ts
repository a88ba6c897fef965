// The shell for this machine: what `$` takes and gives.

import type { Secret } from "../core/secret.ts";

/** A value that is one word of a command of `$`; a list is several. */
export type ShellWord = string | number | boolean | Secret | readonly ShellWord[];

/**
 * A value in a command of `$`. After `<` and `>` a text is the name of a file; bytes and streams can stand only there. A secret
 * after `<` is what is read.
 */
export type ShellValue = ShellWord | Uint8Array | ReadableStream<Uint8Array> | WritableStream<Uint8Array>;

/** Gives a command what it reads: calls back with every piece, until it is done. The signal says that nobody reads any more. */
export type ShellSource = (take: (chunk: Uint8Array) => void, signal: AbortSignal) => Promise<unknown>;

/** How a command ended. */
export interface ShellResult {
  /** Its exit status. */
  readonly code: number;
}

/**
 * A command of `$`. It starts when it is awaited, or when one of the functions is called that give what it printed. Each of these
 * throws a {@linkcode CommandError} when the command ends with another status than 0.
 */
export interface ShellCommand extends Promise<ShellResult> {
  /** Its output, without the last line break. */
  text(): Promise<string>;
  /** Its output, line by line. */
  lines(): Promise<string[]>;
  /** Its output, read as JSON. */
  json<T = unknown>(): Promise<T>;
  /** Its output, as it is. */
  bytes(): Promise<Uint8Array>;
  /** Its exit status, also when that is not 0. */
  code(): Promise<number>;
  /** Its output as it comes, no faster than it is read: for the standard input of a command on a server. It fails when the command does. */
  stream(): ReadableStream<Uint8Array>;
  /**
   * Gives it something to read. Without it there is nothing to read. A function may be a command on a server, by
   * {@linkcode Remote.download}; when it fails, so does this one.
   */
  stdin(content: string | Secret | Uint8Array | ReadableStream<Uint8Array> | ShellSource): ShellCommand;
  /** Runs it in another directory. Default: the Alcaidefile's. */
  cwd(directory: string): ShellCommand;
  /** Adds a variable to its environment; undefined takes one away. */
  env(name: string, value: string | Secret | undefined): ShellCommand;
  /** Shows nothing of what it prints. */
  quiet(): ShellCommand;
  /** Lets it end with any status, or with those. */
  noThrow(...codes: readonly number[]): ShellCommand;
  /** Says what to do about its failure. */
  hint(text: string): ShellCommand;
  /** Ends it after so many milliseconds, and throws a {@linkcode TimeoutError}. */
  timeout(milliseconds: number): ShellCommand;
  /** Ends it early, and throws the signal's reason. A task's own signal does in any case. */
  signal(signal: AbortSignal): ShellCommand;
  /** Hands what it prints to another command, no faster than that one reads; it ends with that one. */
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
   * Makes a command of text as one would type it, with pipes, redirects, `&&` and variables. Values are quoted. A pipe fails with
   * each of its commands.
   *
   * @throws {TypeError} for a value that has no form in a command, and for one inside quotes
   */
  (strings: TemplateStringsArray, ...values: readonly ShellValue[]): ShellCommand;
  /** Shows how far something is, out of a length that is 100 unless given; with the ui of the running task. */
  progress(label: string, options?: { readonly length?: number }): ShellProgress;
}
