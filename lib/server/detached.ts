// Follows detached work on a server: over lost connections, as long as nobody else has taken the locks.

import { doWork, endWork, followWork, type Heard, type Work } from "../commands/detached.ts";
import { setupWork, workDir } from "../commands/paths.ts";
import { ConnectError, type Exit, LostConnectionError } from "../core/error.ts";
import type { Command } from "../core/sh.ts";
import type { Remote } from "../remote/remote.ts";
import { pause } from "../transport/limits.ts";
import type { ExecOptions } from "../transport/mod.ts";
import { outputSink, type Stream } from "../transport/output.ts";
import { retakeLocks } from "./lock.ts";

/** How to follow work. */
export interface FollowOptions extends Omit<ExecOptions, "terminal"> {
  readonly signal: AbortSignal;
  /** The work's standard input. Work is not followed further when the connection breaks while that is sent. */
  readonly stdin?: ReadableStream<Uint8Array>;
  /** Servers whose locks are taken again after a loss. Default: the server itself. */
  readonly locks?: readonly Remote[];
  /** Called when the connection broke and the work is looked for again. */
  readonly onLost?: () => void;
  /** Milliseconds before each new try to reach the server. */
  readonly pauses?: readonly number[];
}

/** A connection that is away comes back within a minute, or hardly at all. */
const usualPauses = [0, 1_000, 5_000, 15_000, 30_000];

/** Runs work that goes on without a connection, and gives its end as {@linkcode follow} does. */
export async function runDetached(
  server: Remote,
  { command, lock }: Omit<Work, "dir">,
  options: FollowOptions,
): Promise<Exit> {
  const work = {
    dir: `${lock ? workDir(lock.app) : setupWork}/${crypto.randomUUID()}`,
    command,
    ...lock && { lock },
  };
  const again = options.stdin ? followWork : doWork;
  let lost = false;
  const onLost = () => {
    lost = true;
    options.onLost?.();
  };
  try {
    return await follow(server, (heard, first) => (first ? doWork : again)(work, heard), {
      ...options,
      onLost,
    });
  } catch (error) {
    // Ctrl-C while nobody follows reaches the work by nothing else.
    if (lost && options.signal.aborted) {
      await server.exec(endWork(work), { timeout: 20_000 }).catch(() => {});
    }
    throw error;
  }
}

/**
 * Runs a script that prints what work prints from some place on, and runs it again when the connection breaks.
 *
 * @param script makes it; gets what was heard, and whether the work is to begin
 * @throws {LostConnectionError} when the server can't be reached any more
 * @throws {TakenOverError} when somebody else has had a lock since
 */
export async function follow(
  server: Remote,
  script: (heard: Heard, first: boolean) => Command,
  options: FollowOptions,
): Promise<Exit> {
  const { signal, locks = [server], onLost, pauses = usualPauses } = options;
  const late = options.timeout === undefined ? undefined : Date.now() + options.timeout;
  const heard = { out: 0, err: 0 };
  const sink = outputSink(options);
  const input = options.stdin && watched(options.stdin);
  const once = async (first: boolean) => {
    const exit = await server.exec(script(heard, first), {
      signal,
      ...late === undefined ? {} : { timeout: Math.max(1, late - Date.now()) },
      ...input === undefined || input.sent ? {} : { stdin: input.stream },
      onData(chunk: Uint8Array, stream: Stream) {
        heard[stream] += chunk.length;
        sink.write(chunk, stream);
      },
    });
    return { ...exit, ...sink.end() };
  };
  let lost: unknown;
  for (let tries = 0;; tries++) {
    const before = heard.out + heard.err;
    try {
      if (lost === undefined) return await once(true);
      await pause(pauses[tries - 1] ?? 0, signal);
      await retakeLocks(locks, signal);
      return await once(false);
    } catch (error) {
      const broken = error instanceof (lost === undefined ? LostConnectionError : ConnectError);
      if (!broken || input?.sent === false) throw error;
      if (lost === undefined) onLost?.();
      lost ??= error;
      if (heard.out + heard.err > before) tries = 0;
      if (tries >= pauses.length) throw lost;
    }
  }
}

/** A stream that knows when it has come to its end. */
function watched(from: ReadableStream<Uint8Array>) {
  const input = { sent: false, stream: from };
  const flush = () => void (input.sent = true);
  return Object.assign(input, { stream: from.pipeThrough(new TransformStream({ flush })) });
}
