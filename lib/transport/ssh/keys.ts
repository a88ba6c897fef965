/**
 * The keys to get in with: files and what `ssh-agent` holds, tried one by one like OpenSSH does.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { sign } from "node:crypto";
import { readFileSync } from "node:fs";
// @ts-types="@types/ssh2"
import ssh2 from "ssh2";
// @ts-types="@types/ssh2"
import type { ParsedKey, SigningRequestOptions } from "ssh2";
import { ConnectError } from "../../error.ts";
import { type Ask, inTurn } from "./ask.ts";
import { repairKey } from "./repair_key.ts";

/** A key that may be offered to a server. */
export interface Identity {
  /** Where it comes from, for messages. */
  readonly name: string;
  /** Its public half, in the form of the wire. */
  readonly publicKey: Buffer;
  /** Signs with the private half; may ask a person for the passphrase first. */
  sign(data: Buffer, options: SigningRequestOptions): Promise<Buffer>;
}

/** What is needed to use a key file. */
export interface KeyContext {
  /** A person who knows passphrases. */
  readonly ask?: Ask;
  /** The socket of `ssh-agent`. */
  readonly keeper?: string;
}

// Opened keys by path: a person is asked once, however many servers there are.
const opened = new Map<string, ParsedKey>();

/**
 * Reads a key file. The public half of an encrypted one is known without its passphrase, which is only asked for when a
 * server accepts the key. Where only the public half is there, the agent must have the other.
 *
 * @throws {ConnectError} when it can't be read or isn't a key; undefined when it doesn't exist
 */
export function keyFile(path: string, context: KeyContext): Identity | undefined {
  const text = readKey(path);
  if (text === undefined) return keptFile(path, `${path}.pub`, context);
  const ready = opened.get(path) ?? parse(text);
  if (!(ready instanceof Error)) return fileIdentity(path, ready);
  const kept = keptFile(path, path, context);
  if (kept) return kept;
  const publicKey = isEncrypted(ready) ? publicHalf(text, path) : undefined;
  if (!publicKey) {
    throw new ConnectError(`Cannot use the key "${path}": ${reason(ready)}`, {
      hint: isEncrypted(ready)
        ? `Write its public half beside it by "ssh-keygen -y -f ${path} >${path}.pub", or add it to ssh-agent`
        : "It must be a private key as ssh-keygen makes it",
    });
  }
  return {
    name: path,
    publicKey,
    async sign(data, options) {
      if (context.keeper && await holds(context.keeper, publicKey)) {
        return signByKeeper(context.keeper, publicKey, data, options);
      }
      return signWith(await inTurn(() => open(path, text, context.ask)), data, options);
    },
  };
}

/**
 * Lists what `ssh-agent` holds.
 *
 * @throws when it doesn't answer
 */
export async function keeperKeys(socket: string): Promise<Identity[]> {
  const keys = await identitiesOf(socket);
  return keys.map((key) => ({
    name: `ssh-agent: ${key.comment || key.type}`,
    publicKey: key.getPublicSSH(),
    sign: (data, options) => signByKeeper(socket, key.getPublicSSH(), data, options),
  }));
}

function readKey(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (cause) {
    if ((cause as { code?: string }).code === "ENOENT") return undefined;
    throw new ConnectError(`Cannot read the key "${path}"`, { cause, hint: "It must be readable by you" });
  }
}

function parse(text: Buffer, passphrase?: string): ParsedKey | Error {
  const parsed: ParsedKey | ParsedKey[] | Error = ssh2.utils.parseKey(text, passphrase);
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (!key) return new Error("it holds no key");
  if (!(key instanceof Error) && !key.isPrivateKey()) return new Error("it is the public half");
  return key;
}

function isEncrypted(error: Error): boolean {
  return /no passphrase given/i.test(error.message);
}

function reason(error: Error): string {
  return isEncrypted(error) ? "it is encrypted in an old form" : error.message;
}

/** Asks for the passphrase, three times at most. */
async function open(path: string, text: Buffer, ask: Ask | undefined): Promise<ParsedKey> {
  const known = opened.get(path);
  if (known) return known;
  if (!ask) throw new Error("it is encrypted, and there is no terminal to ask for its passphrase");
  for (let tries = 0; tries < 3; tries++) {
    const passphrase = await ask.secret(
      tries === 0 ? `Passphrase of the key ${path}: ` : `Wrong. Passphrase of the key ${path}: `,
    );
    if (passphrase === null) throw new Error("no passphrase was given");
    const key = parse(text, passphrase);
    if (key instanceof Error) continue;
    opened.set(path, key);
    return key;
  }
  throw new Error("its passphrase was wrong three times");
}

/** The public half: from the key file itself in OpenSSH's own form, else from the file beside it. */
function publicHalf(text: Buffer, path: string): Buffer | undefined {
  const match = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END/.exec(text.toString("utf8"));
  return match ? publicField(Buffer.from(match[1] ?? "", "base64")) : readPublic(`${path}.pub`);
}

function readPublic(path: string): Buffer | undefined {
  try {
    const key: ParsedKey | ParsedKey[] | Error = ssh2.utils.parseKey(readFileSync(path));
    return key instanceof Error || Array.isArray(key) || key.isPrivateKey() ? undefined : key.getPublicSSH();
  } catch {
    return undefined;
  }
}

/** A key of which only the public half is a file: the agent has the other. */
function keptFile(name: string, path: string, { keeper }: KeyContext): Identity | undefined {
  const publicKey = keeper === undefined ? undefined : readPublic(path);
  if (keeper === undefined || publicKey === undefined) return undefined;
  return { name, publicKey, sign: (data, options) => signByKeeper(keeper, publicKey, data, options) };
}

/** In `openssh-key-v1`: cipher, kdf, kdf options, number of keys, then the public key. */
function publicField(data: Buffer): Buffer | undefined {
  try {
    let at = "openssh-key-v1\0".length;
    for (let skipped = 0; skipped < 3; skipped++) at += 4 + data.readUInt32BE(at);
    at += 4;
    return data.subarray(at + 4, at + 4 + data.readUInt32BE(at));
  } catch {
    return undefined;
  }
}

function fileIdentity(path: string, key: ParsedKey): Identity {
  return {
    name: path,
    publicKey: key.getPublicSSH(),
    sign: (data, options) => Promise.resolve().then(() => signWith(key, data, options)),
  };
}

const curveHashes: Readonly<Record<string, string>> = {
  "ecdsa-sha2-nistp256": "sha256",
  "ecdsa-sha2-nistp384": "sha384",
  "ecdsa-sha2-nistp521": "sha512",
};

function signWith(key: ParsedKey, data: Buffer, options: SigningRequestOptions): Buffer {
  const type: string = key.type;
  const hash = type === "ssh-rsa" ? options.hash : curveHashes[type];
  if (hash) return sign(hash, data, repairKey(key.getPrivatePEM(), type));
  // Types say Buffer only; ssh2 returns what went wrong.
  const signature = key.sign(data, options.hash) as Buffer | Error;
  if (signature instanceof Error) throw signature;
  return signature;
}

async function holds(socket: string, publicKey: Buffer): Promise<boolean> {
  try {
    return (await identitiesOf(socket)).some((key) => key.getPublicSSH().equals(publicKey));
  } catch {
    return false;
  }
}

function identitiesOf(socket: string): Promise<ParsedKey[]> {
  return new Promise((resolve, reject) => {
    ssh2.createAgent(socket).getIdentities((error, keys) => {
      if (error || !keys) return reject(error ?? new Error("no answer"));
      resolve(keys as ParsedKey[]);
    });
  });
}

function signByKeeper(
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
