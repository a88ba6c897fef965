// `ssh-agent`, the keeper of a person's keys.

import { Buffer } from "node:buffer";
import { connect } from "node:net";
// @ts-types="@types/ssh2"
import ssh2 from "ssh2";
// @ts-types="@types/ssh2"
import type { SigningRequestOptions } from "ssh2";

/** Something that the keeper holds. */
export interface KeptKey {
  /** Its type, such as `ssh-ed25519`, or that of a certificate. */
  readonly type: string;
  /** The owner's words for it. */
  readonly comment: string;
  /** Its public half, in the form of the wire. */
  readonly publicKey: Buffer;
}

const request = Buffer.from([0, 0, 0, 1, 11]);
const answered = 12;
const longest = 1 << 20;

/**
 * Lists everything that a keeper holds. ssh2's own list leaves out certificates and security tokens' keys.
 *
 * @throws when it doesn't answer
 */
export function keptKeys(socket: string): Promise<KeptKey[]> {
  const { promise, resolve, reject } = Promise.withResolvers<KeptKey[]>();
  const connection = connect(socket);
  let data = Buffer.alloc(0);
  connection.on("connect", () => connection.write(request));
  connection.on("data", (piece: Buffer) => {
    data = Buffer.concat([data, piece]);
    if (data.length < 4 || data.length < 4 + Math.min(data.readUInt32BE(0), longest)) return;
    try {
      resolve(parseKept(data));
    } catch {
      reject(new Error("its answer is not understood"));
    }
    connection.destroy();
  });
  connection.on("error", () => reject(new Error("Failed to connect to agent")));
  connection.on("close", () => reject(new Error("it closed the connection")));
  return promise;
}

/** In the answer: length, kind, number of keys; for each its public half and a comment. */
function parseKept(data: Buffer): KeptKey[] {
  if (data.readUInt8(4) !== answered) throw new Error("another kind of answer");
  let at = 9;
  const field = () => {
    const start = at + 4;
    at = start + data.readUInt32BE(at);
    if (at > data.length) throw new RangeError("it ends too early");
    return data.subarray(start, at);
  };
  return Array.from({ length: data.readUInt32BE(5) }, () => {
    const publicKey = field();
    const type = publicKey.subarray(4, 4 + publicKey.readUInt32BE(0)).toString();
    return { type, publicKey, comment: field().toString() };
  });
}

/** Tells whether a keeper holds a key; one that doesn't answer holds none. */
export async function holds(socket: string, publicKey: Buffer): Promise<boolean> {
  const keys = await keptKeys(socket).catch(() => []);
  return keys.some((key) => key.publicKey.equals(publicKey));
}

/** Lets a keeper sign with a key that it holds. */
export function signByKeeper(
  socket: string,
  publicKey: Buffer,
  data: Buffer,
  options: SigningRequestOptions,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    ssh2.createAgent(socket).sign(publicKey, data, options, (error, signature) => {
      if (error || !signature) return reject(error ?? new Error("no answer"));
      resolve(signature as Buffer);
    });
  });
}
