// Writes a command's output to a file on this machine: whole or not at all.

import { CommandError } from "../core/error.ts";
import { writeWhole } from "./local_file.ts";
import type { Runner, RunOptions } from "./runner.ts";
import type { Command } from "../core/sh.ts";

/** Takes a piece, all of it, before it returns: what is sent waits for it. */
export type Take = (chunk: Uint8Array) => void;

/** How to download. */
export interface DownloadOptions extends Omit<RunOptions, "onData" | "onLine" | "terminal"> {
  /** Permissions of the file here. Default: 0o600. */
  readonly mode?: number;
  /** Called as bytes arrive. How many there will be, nobody knows. */
  readonly onProgress?: (done: number) => void;
  /** Gets the first line on standard error; true where it was meant for that, and is no word about a failure. */
  readonly onFirstLine?: (line: string) => boolean;
}

/** How much of what a command says on standard error is kept for its error. */
const keptWords = 64 * 1024;

/**
 * Runs a command and gives on what it prints on standard output, byte for byte: to a file, which gets its name when all of
 * it is there, or to a function.
 *
 * @returns how many bytes there were
 * @throws {CommandError} unless it ends with status 0; no file is left then
 */
export async function download(
  server: Pick<Runner, "name" | "exec">,
  command: Command,
  to: string | Take,
  options: DownloadOptions = {},
): Promise<number> {
  const { mode = 0o600, ...rest } = options;
  if (typeof to !== "string") return await receive(server, command, to, rest);
  return await writeWhole(to, mode, (take) => receive(server, command, take, rest));
}

async function receive(
  server: Pick<Runner, "name" | "exec">,
  command: Command,
  take: Take,
  options: Omit<DownloadOptions, "mode">,
): Promise<number> {
  const { onProgress, onFirstLine, hint, ...rest } = options;
  let done = 0;
  let words = "";
  let first = onFirstLine;
  const decoder = new TextDecoder();
  const exit = await server.exec(command, {
    ...rest,
    onData(chunk, stream) {
      if (stream === "err") {
        words = (words + decoder.decode(chunk, { stream: true })).slice(-keptWords);
        const end = words.indexOf("\n");
        if (first !== undefined && end >= 0) {
          if (first(words.slice(0, end))) words = words.slice(end + 1);
          first = undefined;
        }
        return;
      }
      take(chunk);
      done += chunk.byteLength;
      onProgress?.(done);
    },
  });
  if (exit.code === 0) return done;
  throw new CommandError(server.name, command.shown, { ...exit, stderr: words }, { hint });
}
