// Opens a connection to a server: jump servers, a time limit, another attempt.

import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { ConnectError } from "../../core/error.ts";
import { aborted, longestTimer, pause } from "../limits.ts";
import type { Ask } from "./ask.ts";
import { connectFailure, connectTimeout, jumpFailure, PassingFailure } from "./failures.ts";
import { type Connection, handshake } from "./handshake.ts";
import type { Meeting } from "./trust.ts";
import type { Endpoint } from "./resolve.ts";

/** How to connect. */
export interface ConnectOptions extends Meeting {
  /** Milliseconds for one attempt, without the time a person takes to answer. */
  readonly timeout: number;
  /** Attempts after the first one failed in a way that may pass. */
  readonly retries: number;
}

/**
 * Connects, with some patience.
 *
 * @throws {ConnectError} when that fails for good
 */
export async function openConnection(
  endpoint: Endpoint,
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<Connection> {
  for (let attempt = 0;; attempt++) {
    try {
      return await connectOnce(endpoint, options, signal);
    } catch (error) {
      if (!(error instanceof PassingFailure) || attempt >= options.retries) throw error;
      await pause(500 * 3 ** attempt, signal);
    }
  }
}

async function connectOnce(
  endpoint: Endpoint,
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<Connection> {
  const limit = deadline(options.timeout, () => connectTimeout(endpoint, options.timeout));
  const ask = options.ask && limit.paused(options.ask);
  const either = AbortSignal.any([signal, limit.signal]);
  const direct = endpoint.jumps.length === 0;
  const opened: Connection[] = [];
  try {
    let through: Connection | undefined;
    for (const [index, stop] of [...endpoint.jumps, endpoint].entries()) {
      const before = endpoint.jumps[index - 1];
      const socket = through && before
        ? await forward(through, before, stop, either)
        : await dial(stop, either);
      through = await handshake(socket, stop, { ask, warn: options.warn, direct, signal: either });
      opened.unshift(through);
    }
    return chain(opened);
  } catch (error) {
    await Promise.all(opened.map((one) => one.close()));
    throw either.aborted ? either.reason : error;
  } finally {
    limit.clear();
  }
}

/** The last connection, which takes those it goes through with it. */
function chain(opened: readonly Connection[]): Connection {
  const [last, ...others] = opened;
  if (!last) throw new ConnectError("Nothing to connect to: give a server");
  return {
    client: last.client,
    get lost() {
      return last.lost;
    },
    taken: () => last.taken(),
    async close() {
      await last.close();
      for (const other of others) await other.close();
    },
  };
}

/**
 * Opens a socket that sends at once: with the usual delay every command takes 40 ms longer. Nothing is read before ssh2 wants it: ssh2
 * pauses the socket at first, and a read that is under way then is doubled by Deno 2.6, which gives what comes in a wrong order.
 */
async function dial(endpoint: Endpoint, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  const socket = new Socket();
  socket.pause();
  socket.connect({ host: endpoint.host, port: endpoint.port, noDelay: true });
  try {
    await Promise.race([
      new Promise<void>((resolve, reject) => {
        socket.once("connect", resolve);
        socket.on("error", reject);
      }),
      aborted(signal),
    ]);
    socket.setNoDelay(true);
    return gathering(socket);
  } catch (error) {
    socket.destroy();
    signal.throwIfAborted();
    throw connectFailure(endpoint, error);
  }
}

/** Lets what ssh2 writes in one go leave in one go: each packet comes in three pieces. */
function gathering(socket: Socket): Socket {
  const write = socket.write.bind(socket) as (...args: Parameters<Socket["write"]>) => boolean;
  let corked = false;
  const gather = (...args: Parameters<Socket["write"]>): boolean => {
    if (!corked) {
      corked = true;
      socket.cork();
      queueMicrotask(() => {
        corked = false;
        socket.uncork();
      });
    }
    return write(...args);
  };
  return Object.assign(socket, { write: gather });
}

/** Lets a jump server open the way to the next one. */
function forward(
  through: Connection,
  jump: Endpoint,
  endpoint: Endpoint,
  signal: AbortSignal,
): Promise<Duplex> {
  const opened = new Promise<Duplex>((resolve, reject) => {
    through.client.forwardOut("127.0.0.1", 0, endpoint.host, endpoint.port, (error, channel) => {
      if (error) reject(jumpFailure(endpoint, jump, error));
      else resolve(channel);
    });
  });
  return Promise.race([opened, aborted(signal)]);
}

/** A time limit that stands still while a person is asked. */
function deadline(milliseconds: number, late: () => Error) {
  const controller = new AbortController();
  let left = milliseconds;
  let started = Date.now();
  let over = false;
  const start = () => {
    started = Date.now();
    return setTimeout(() => controller.abort(late()), Math.min(left, longestTimer));
  };
  let timer = start();
  const still = async <T>(question: () => Promise<T>): Promise<T> => {
    clearTimeout(timer);
    left -= Date.now() - started;
    try {
      return await question();
    } finally {
      if (!over) timer = start();
    }
  };
  return {
    signal: controller.signal,
    clear() {
      over = true;
      clearTimeout(timer);
    },
    paused: (ask: Ask): Ask => ({
      line: (question) => still(() => ask.line(question)),
      secret: (question) => still(() => ask.secret(question)),
    }),
  };
}
