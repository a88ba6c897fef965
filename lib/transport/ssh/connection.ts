/**
 * Opens a connection to a server: socket, host key, keys, jump servers, another attempt.
 *
 * @module
 */

import { connect as connectSocket, type Socket } from "node:net";
import type { Duplex } from "node:stream";
// @ts-types="@types/ssh2"
import ssh2 from "ssh2";
// @ts-types="@types/ssh2"
import type { Client, ServerHostKeyAlgorithm } from "ssh2";
import { ConnectError, type LostConnectionError } from "../../error.ts";
import { aborted, pause } from "../limits.ts";
import type { Ask } from "./ask.ts";
import { authentication } from "./authenticate.ts";
import { connectFailure, connectTimeout, jumpFailure, lostConnection, PassingFailure } from "./failures.ts";
import { hostKeyAlgorithms, type KnownHost } from "./known_hosts.ts";
import type { Endpoint } from "./resolve.ts";
import { askAboutHostKey, checkHostKey, loadKnownHosts } from "./trust.ts";

/** How to connect. */
export interface ConnectOptions {
  /** A person to ask. */
  readonly ask?: Ask;
  /** Milliseconds for one attempt, without the time a person takes to answer. */
  readonly timeout: number;
  /** Attempts after the first one failed in a way that may pass. */
  readonly retries: number;
}

/** An open connection. */
export interface Connection {
  /** ssh2's side of it. */
  readonly client: Client;
  /** Set when it broke or was closed. */
  readonly lost: LostConnectionError | undefined;
  /** Closes it, and what it goes through. */
  close(): Promise<void>;
}

/** Milliseconds that a closed socket gets to say goodbye. */
const goodbye = 500;

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
  const patient = { ...options, ...(options.ask ? { ask: limit.paused(options.ask) } : {}) };
  const either = AbortSignal.any([signal, limit.signal]);
  const opened: Connection[] = [];
  try {
    let through: Connection | undefined;
    for (const [index, stop] of [...endpoint.jumps, endpoint].entries()) {
      const before = endpoint.jumps[index - 1];
      const socket = through && before
        ? await forward(through, before, stop, either)
        : await dial(stop, either);
      through = await handshake(socket, stop, patient, either);
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
  if (!last) throw new ConnectError("Cannot connect to nothing");
  return {
    client: last.client,
    get lost() {
      return last.lost;
    },
    async close() {
      await last.close();
      for (const other of others) await other.close();
    },
  };
}

/** Opens a socket that sends at once: with the usual delay every command takes 40 ms longer. */
async function dial(endpoint: Endpoint, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  const socket = connectSocket({ host: endpoint.host, port: endpoint.port, noDelay: true });
  try {
    await Promise.race([
      new Promise<void>((resolve, reject) => {
        socket.once("connect", resolve);
        socket.on("error", reject);
      }),
      aborted(signal),
    ]);
    socket.setNoDelay(true);
    return socket;
  } catch (error) {
    socket.destroy();
    signal.throwIfAborted();
    throw connectFailure(endpoint, error);
  }
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

async function handshake(
  socket: Duplex,
  endpoint: Endpoint,
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<Connection> {
  const known = loadKnownHosts(endpoint);
  const keys = authentication(endpoint, options.ask);
  const client = new ssh2.Client();
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  const connection = watched(client, socket, endpoint, (error) => {
    reject(isRefusal(error) ? keys.failure(error) : connectFailure(endpoint, error));
  });
  client.once("ready", resolve);
  client.connect({
    sock: socket,
    username: endpoint.user,
    readyTimeout: 0,
    keepaliveInterval: 15_000,
    keepaliveCountMax: 4,
    algorithms: {
      serverHostKey: hostKeyAlgorithms(known, endpoint.host, endpoint.port) as ServerHostKeyAlgorithm[],
    },
    hostVerifier: verifier(endpoint, known, options.ask, reject),
    authHandler: keys.handler,
  });
  try {
    await Promise.race([ready, aborted(signal)]);
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** Judges a server's key for ssh2, and says why when it isn't accepted. */
function verifier(
  endpoint: Endpoint,
  known: readonly KnownHost[],
  ask: Ask | undefined,
  reject: (reason: unknown) => void,
): (wire: Uint8Array, verified: (accepted: boolean) => void) => void {
  return (wire, verified) => {
    const refuse = (error: unknown) => {
      reject(error);
      verified(false);
    };
    try {
      const stranger = checkHostKey(endpoint, known, wire);
      // Answered at once where that is possible: Deno may run promises in the middle of ssh2's key exchange, which would
      // then wait for an answer it has got already. For the same reason the later answer comes from a timer.
      if (!stranger) return verified(true);
      askAboutHostKey(endpoint, stranger, ask).then(
        () => setTimeout(() => verified(true)),
        (error) => setTimeout(() => refuse(error)),
      );
    } catch (error) {
      refuse(error);
    }
  };
}

/** Follows a connection until its end. ssh2 throws errors that nobody listens to, so somebody always does. */
function watched(
  client: Client,
  socket: Duplex,
  endpoint: Endpoint,
  onFailure: (error: Error) => void,
): Connection {
  let failure: Error | undefined;
  let lost: LostConnectionError | undefined;
  const closed = Promise.withResolvers<void>();
  client.on("error", (error: Error & { level?: string }) => {
    // Said of one key that could not sign; ssh2 goes on to the next one.
    if (error.level === "agent") return;
    failure ??= error;
    onFailure(error);
  });
  client.on("close", () => {
    lost ??= lostConnection(endpoint.name, failure);
    onFailure(failure ?? new Error("Connection closed before it was ready"));
    closed.resolve();
  });
  return {
    client,
    get lost() {
      return lost;
    },
    async close() {
      if (lost && socket.destroyed) return;
      client.end();
      const timer = setTimeout(() => socket.destroy(), goodbye);
      await closed.promise;
      clearTimeout(timer);
      socket.destroy();
    },
  };
}

function isRefusal(error: Error & { level?: string }): boolean {
  return error.level === "client-authentication" || /too many authentication failures/i.test(error.message);
}

/** A time limit that stands still while a person is asked. */
function deadline(milliseconds: number, late: () => Error) {
  const controller = new AbortController();
  let left = milliseconds;
  let started = Date.now();
  let over = false;
  const start = () => {
    started = Date.now();
    return setTimeout(() => controller.abort(late()), left);
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
      confirm: (question) => still(() => ask.confirm(question)),
      secret: (question) => still(() => ask.secret(question)),
    }),
  };
}
