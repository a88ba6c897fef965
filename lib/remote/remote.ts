// A server, as something to run commands on.

import { type FileOptions, writeFile } from "./files.ts";
import { download, type DownloadOptions, type Take } from "./download.ts";
import { AlcaideError } from "../core/error.ts";
import { demand, isObject } from "../core/kind.ts";
import { type Runner, runner, type RunOptions } from "./runner.ts";
import type { Secret } from "../core/secret.ts";
import type { Command } from "../core/sh.ts";
import { parseTarget, type Target, targetName } from "../core/target.ts";
import type { Transport } from "../transport/mod.ts";
import { type Ask, sshTransport } from "../transport/ssh/mod.ts";
import { upload, type UploadOptions } from "./upload.ts";

/** A server. It connects at the first command and stays connected until it is disposed of. */
export interface Remote extends Runner, AsyncDisposable {
  /** Where it is. */
  readonly target: Target;
  /** The transport that runs its scripts. */
  readonly transport: Transport;
  /** Writes a text file: whole or not at all, its mode set before its contents. */
  write(path: string, text: string | Secret, options?: RunOptions & FileOptions): Promise<void>;
  /** Sends a local file; size and checksum are verified there before it gets its name. */
  upload(local: string, path: string, options?: UploadOptions): Promise<void>;
  /**
   * Runs a command and writes what it prints to a local file, byte for byte: whole or not at all. A function gets the
   * pieces as they come. Gives the number of bytes.
   */
  download(command: Command, local: string | Take, options?: DownloadOptions): Promise<number>;
}

/** What {@linkcode remote} may be told. */
export interface RemoteOptions {
  /** Its name in output. Default: the target. */
  readonly name?: string;
  /** Something other than SSH that runs the scripts, for tests. */
  readonly transport?: Transport;
  /** Asks a person about unknown host keys and passphrases. */
  readonly ask?: Ask;
  /** Says that an unknown host key was accepted by itself, since `~/.ssh/config` says so. */
  readonly warn?: (text: string) => void;
}

/**
 * A server to run commands on. Nothing is connected until the first command.
 *
 * @throws {AlcaideError} when the text isn't `user@host:port`
 *
 * @example
 * ```ts ignore
 * import { remote, sh } from "alcaide";
 *
 * await using server = remote("root@203.0.113.7");
 * console.log(await server.read(sh`uname -rm`));
 * ```
 */
export function remote(target: string | Target, options: RemoteOptions = {}): Remote {
  const place = typeof target === "string" ? parseTarget(target) : checked(target);
  if (place === undefined) {
    throw new AlcaideError(`Cannot use "${target}" as a server`, {
      hint: "Write user@host or user@host:port",
    });
  }
  const { ask, warn } = options;
  const transport = options.transport ?? sshTransport(place, { ask, warn });
  const commands = runner(options.name ?? targetName(place), transport);
  return {
    ...commands,
    target: place,
    transport,
    write: async (path, text, { mode, ...rest } = {}) => {
      await commands.run(writeFile(path, text, { mode }), rest);
    },
    upload: (local, path, uploadOptions) => upload(commands, local, path, uploadOptions),
    download: (command, local, downloadOptions) => download(commands, command, local, downloadOptions),
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  };
}

function checked(target: Target): Target {
  const hint = 'Write "user@host", "user@host:port" or { host: "203.0.113.7" }';
  demand(isObject(target), "the server of remote()", target, hint);
  demand(typeof target.host === "string", "host of remote()", target.host, hint);
  return target;
}
