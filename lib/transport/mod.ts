// All that SSH, this machine and the tests' fake must provide: a way to run a script there.

import type { Exit } from "../core/error.ts";

/** A terminal for a command that wants one. */
export interface Terminal {
  /** Its width in characters. */
  readonly columns: number;
  /** Its height in lines. */
  readonly rows: number;
  /** Its kind, such as `xterm-256color`. */
  readonly type: string;
  /** Calls back at every change of size, until the signal ends it. */
  onResize?(callback: (columns: number, rows: number) => void, signal: AbortSignal): void;
}

/** How to run a script. */
export interface ExecOptions {
  /** Ends the command: the connection to it is closed and the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Milliseconds until the command is given up with a {@linkcode TimeoutError}. */
  readonly timeout?: number;
  /** The command's standard input; without it there is nothing to read. */
  readonly stdin?: string | Uint8Array | ReadableStream<Uint8Array>;
  /** Commands that follow at the same time: so many shells are started for them meanwhile. Default: 1. */
  readonly ahead?: number;
  /** Gives the command a terminal; its output then comes through `onData` as "out". */
  readonly terminal?: Terminal;
  /**
   * Called for every whole line, without its end, as it comes. Bytes that are not text in UTF-8 are replaced by U+FFFD in it; they are
   * given then as well.
   */
  readonly onLine?: (line: string, stream: "out" | "err", bytes?: Uint8Array) => void;
  /** Called for every piece of output as it comes. The result's texts then stay empty. */
  readonly onData?: (chunk: Uint8Array, stream: "out" | "err") => void;
}

/** A way to run scripts somewhere. */
export interface Transport extends AsyncDisposable {
  /**
   * Runs a script by `/bin/sh` with root's rights and waits for its end. Never throws for a status.
   *
   * @throws {ConnectError} when the place can't be reached
   * @throws {LostConnectionError} when the connection breaks before the end is known
   * @throws {TimeoutError} when it takes longer than `timeout`
   */
  exec(script: string, options: ExecOptions): Promise<Exit>;
}
