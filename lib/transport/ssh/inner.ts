// The parts of ssh2 that its types lack. Another version of ssh2 may lack them as well.

import type { Buffer } from "node:buffer";
// @ts-types="@types/ssh2"
import type { Client } from "ssh2";

/** The protocol of a connection. */
export interface Protocol {
  readonly _handlers?: Handlers;
  /** The cipher of what is sent: a new one after each exchange of keys. */
  readonly _cipher?: Cipher;
  authPK(user: string, key: unknown, algorithm?: string, sign?: unknown): void;
}

/** The functions that take the server's messages, by the message's name. */
export type Handlers = Record<string, (protocol: Protocol, value: unknown) => void>;

/** A cipher of what is sent. */
export interface Cipher {
  allocPacket(payload: number): Buffer;
  encrypt(packet: Buffer): void;
  /** Only ssh2's ChaCha20-Poly1305 in JavaScript has it. That keeps nothing of a packet that it has encrypted. */
  readonly _encKeyPktLen?: unknown;
}

/** The protocol of a client that has begun to connect. */
export function protocolOf(client: Client): Protocol | undefined {
  return (client as unknown as { readonly _protocol?: Protocol })._protocol;
}
