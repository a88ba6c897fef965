// Makes a connection of a socket: who the server is, who we are, and what happens to it later.

import { getCiphers } from "node:crypto";
import type { Duplex } from "node:stream";
// @ts-types="@types/ssh2"
import ssh2 from "ssh2";
// @ts-types="@types/ssh2"
import type { Algorithms, CipherAlgorithm, Client, ServerHostKeyAlgorithm } from "ssh2";
import type { LostConnectionError } from "../../core/error.ts";
import { aborted, pause } from "../limits.ts";
import { authentication } from "./authenticate.ts";
import { beEager } from "./eager.ts";
import { connectFailure, lostConnection } from "./failures.ts";
import { hostKeyAlgorithms, type KnownHost, readHostKey } from "./known_hosts.ts";
import { reusePackets } from "./packets.ts";
import type { Endpoint } from "./resolve.ts";
import { knownAs, loadKnownHosts } from "./load_known_hosts.ts";
import { checkHostKey, type Meeting, meetStranger } from "./trust.ts";

/** An open connection. */
export interface Connection {
  /** ssh2's side of it. */
  readonly client: Client;
  /** Set when it broke or was closed. */
  readonly lost: LostConnectionError | undefined;
  /** Waits until the line has taken most of what was sent; undefined where it has. */
  taken(): Promise<void> | undefined;
  /** Closes it, and what it goes through. */
  close(): Promise<void>;
}

/** In JavaScript CTR is quicker than GCM. */
const usualCiphers: CipherAlgorithm[] = [
  "aes128-ctr",
  "aes256-ctr",
  "aes128-gcm@openssh.com",
  "aes256-gcm@openssh.com",
];

/**
 * ChaCha20 takes two thirds of the time of the others. But there ssh2 keeps state shared by all connections, which is spoilt when
 * one of them writes through another one in the middle of a packet. Deno 2.6 doesn't have it.
 */
const directCiphers: CipherAlgorithm[] = getCiphers().includes("chacha20")
  ? ["chacha20-poly1305@openssh.com", ...usualCiphers]
  : usualCiphers;

/** Bytes that may wait for the line, over all channels: the kernel holds more, and many servers are sent to at the same time. */
const mostWaiting = 256 * 1024;

/** Milliseconds that a closed socket gets to say goodbye. */
const goodbye = 500;

/** How to shake hands. */
export interface HandshakeOptions extends Meeting {
  /** True for a connection that goes through no other one, nor another one through it. */
  readonly direct: boolean;
  readonly signal: AbortSignal;
}

/**
 * Shakes hands through a socket, which is closed when that fails.
 *
 * @throws {ConnectError} when one side doesn't trust the other
 */
export async function handshake(
  socket: Duplex,
  endpoint: Endpoint,
  options: HandshakeOptions,
): Promise<Connection> {
  const client = new ssh2.Client();
  const keys = authentication(endpoint, options.ask);
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  client.once("ready", resolve);
  const connection = watched(client, socket, endpoint, (error) => {
    reject(isRefusal(error) ? keys.failure(error) : connectFailure(endpoint, error));
  });
  const outcome = { refuse: refusal(client, socket, reject), isLost: () => connection.lost !== undefined };
  try {
    const known = loadKnownHosts(endpoint);
    client.connect({
      sock: socket,
      username: endpoint.user,
      readyTimeout: 0,
      keepaliveInterval: 15_000,
      keepaliveCountMax: 4,
      algorithms: algorithmsFor(endpoint, known, options.direct),
      hostVerifier: verifier(endpoint, known, options, outcome),
      authHandler: keys.handler,
    });
    beEager(client, keys.signsAtOnce);
    reusePackets(client);
  } catch (error) {
    socket.destroy();
    throw error;
  }
  try {
    await Promise.race([ready, aborted(options.signal)]);
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

function algorithmsFor(endpoint: Endpoint, known: readonly KnownHost[], direct: boolean): Algorithms {
  // With fingerprints in the configuration, it is the same key on every machine that is asked for.
  const listed = endpoint.pins.length > 0 ? [] : known;
  const serverHostKey = hostKeyAlgorithms(listed, ...knownAs(endpoint)) as ServerHostKeyAlgorithm[];
  return { cipher: direct ? directCiphers : usualCiphers, serverHostKey };
}

/** The connection that a server's key is judged for. */
export interface Judged {
  /** Gives it up. */
  refuse(reason: Error): void;
  /** True once it has ended. */
  isLost(): boolean;
}

/**
 * Judges a server's key for ssh2. It hears of a yes only: its own end of a refused connection throws where the connection
 * is closed at the same time, or was closed while a person was asked.
 */
export function verifier(
  endpoint: Endpoint,
  known: readonly KnownHost[],
  meeting: Meeting,
  { refuse, isLost }: Judged,
): (wire: Uint8Array, verified: (accepted: boolean) => void) => void {
  return (wire, verified) => {
    try {
      const stranger = checkHostKey(endpoint, known, readHostKey(wire));
      // Answered at once where that is possible: Deno may run promises in the middle of ssh2's key exchange, which would
      // then wait for an answer it has got already. For the same reason the later answer comes from a timer.
      if (!stranger) return verified(true);
      meetStranger(endpoint, stranger, meeting).then(
        () => setTimeout(() => isLost() || verified(true)),
        refuse,
      );
    } catch (error) {
      refuse(error as Error);
    }
  };
}

/**
 * Makes what gives a connection up. A server shows a key again when new session keys are due: nobody waits for `reject` then, and ssh2
 * would wait for an answer.
 */
function refusal(client: Client, socket: Duplex, reject: (reason: Error) => void): Judged["refuse"] {
  let isReady = false;
  client.once("ready", () => isReady = true);
  return (reason) => {
    reject(reason);
    if (isReady) socket.destroy(reason);
  };
}

/** Makes what waits until a socket has handed on what was written, or its connection has ended. */
function takenBy(socket: Duplex, closed: Promise<void>): Connection["taken"] {
  let taking: PromiseWithResolvers<void> | undefined;
  let ended = false;
  const go = () => {
    taking?.resolve();
    taking = undefined;
  };
  socket.on("drain", go);
  closed.then(() => ended = true).then(go);
  return () => {
    if (socket.writableLength < mostWaiting || ended) return undefined;
    return (taking ??= Promise.withResolvers()).promise;
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
    taken: takenBy(socket, closed.promise),
    async close() {
      if (lost && socket.destroyed) return;
      // Our goodbye has to leave, but the server's needn't be waited for: that would be a round trip.
      const left = new Promise<void>((resolve) => socket.once("finish", resolve));
      client.end();
      const over = new AbortController();
      await Promise.race([left, closed.promise, pause(goodbye, over.signal)]);
      over.abort();
      lost ??= lostConnection(endpoint.name, failure);
      socket.destroy();
    },
  };
}

function isRefusal(error: Error & { level?: string }): boolean {
  return error.level === "client-authentication" || /too many authentication failures/i.test(error.message);
}
