// The keys to get in with: files and what `ssh-agent` holds, tried one by one like OpenSSH does.

import { Buffer } from "node:buffer";
import { sign } from "node:crypto";
import { readFileSync } from "node:fs";
// @ts-types="@types/ssh2"
import ssh2 from "ssh2";
// @ts-types="@types/ssh2"
import type { ParsedKey, SigningRequestOptions } from "ssh2";
import { ConnectError } from "../../core/error.ts";
import { type Ask, inTurn } from "./ask.ts";
import { otherKind } from "./certificates.ts";
import { holds, type KeptKey, signByKeeper } from "./keeper.ts";
import { fromPkcs8, isPkcs8 } from "./pkcs8.ts";
import { repairKey } from "./repair_key.ts";

/** A key that may be offered to a server. */
export interface Identity {
  /** Where it comes from, for messages. */
  readonly name: string;
  /** Its public half, in the form of the wire. */
  readonly publicKey: Buffer;
  /** True when it signs without asking anybody. */
  readonly open?: true;
  /** Signs with the private half; may ask a person for the passphrase first. */
  sign(data: Buffer, options: SigningRequestOptions): Promise<Buffer>;
}

/** The inputs for using a key file. */
export interface KeyContext {
  /** A person who knows passphrases. */
  readonly ask?: Ask | undefined;
  /** The socket of `ssh-agent`. */
  readonly keeper?: string | undefined;
}

// Opened keys by path: a person is asked once, however many servers there are.
const opened = new Map<string, ParsedKey>();

/**
 * Reads a key file. The public half of an encrypted one is mostly known without its passphrase, which is then asked for only when
 * a server accepts the key. Where only the public half is there, the agent must have the other.
 *
 * @throws {ConnectError} when it can't be read, isn't a key, or others may read it; undefined when it doesn't exist
 */
export async function keyFile(path: string, context: KeyContext): Promise<Identity | undefined> {
  const text = readKey(path);
  if (text === undefined) return keptFile(path, `${path}.pub`, context);
  const ready = opened.get(path) ?? parse(text);
  const kept = ready instanceof Error ? keptFile(path, path, context) : undefined;
  if (kept) return kept;
  if (ready instanceof Error && !isEncrypted(ready)) {
    throw new ConnectError(`Cannot use the key "${path}": ${ready.message}`, {
      hint: `It must be a private key of OpenSSH, PEM or PKCS#8; "ssh-keygen -p -f ${path}" rewrites one`,
    });
  }
  checkMode(path);
  if (!(ready instanceof Error)) return fileIdentity(path, ready);
  const publicKey = publicHalf(text, path);
  return publicKey ? lockedFile(path, text, publicKey, context) : await openedFile(path, text, context);
}

/** An encrypted key that is opened when a server would take it. */
function lockedFile(path: string, text: Buffer, publicKey: Buffer, { ask, keeper }: KeyContext): Identity {
  return {
    name: path,
    publicKey,
    async sign(data, options) {
      if (keeper && await holds(keeper, publicKey)) return signByKeeper(keeper, publicKey, data, options);
      return signWith(await inTurn(() => open(path, text, ask)), data, options);
    },
  };
}

/** An encrypted key of which nothing is known before it is open. */
async function openedFile(path: string, text: Buffer, { ask }: KeyContext): Promise<Identity> {
  try {
    return fileIdentity(path, await inTurn(() => open(path, text, ask)));
  } catch (cause) {
    throw new ConnectError(`Cannot use the key "${path}": ${(cause as Error).message}`, {
      hint:
        `Write its public half beside it with "ssh-keygen -y -f ${path} >${path}.pub", and add it to ssh-agent with "ssh-add ${path}"`,
    });
  }
}

/** As OpenSSH does: a private key is its owner's alone. */
function checkMode(path: string): void {
  const { uid, mode } = Deno.statSync(path);
  if (mode === null || uid !== Deno.uid() || (mode & 0o077) === 0) return;
  throw new ConnectError(`Cannot use the key "${path}": others may read it`, {
    hint: `Make it yours alone with "chmod 600 ${path}", as OpenSSH wants it too`,
  });
}

/** A key that the keeper holds, and that ssh2 can offer. */
export function keptIdentity(socket: string, { type, comment, publicKey }: KeptKey): Identity {
  return {
    name: `ssh-agent: ${comment || type}`,
    publicKey,
    sign: (data, options) => signByKeeper(socket, publicKey, data, options),
  };
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
  try {
    const pkcs8 = isPkcs8(text.toString("latin1"));
    const readable = pkcs8 ? fromPkcs8(text.toString("latin1"), passphrase) : text;
    const parsed: ParsedKey | ParsedKey[] | Error = ssh2.utils.parseKey(readable, passphrase);
    const key = Array.isArray(parsed) ? parsed[0] : parsed;
    if (!key) return new Error("it holds no key");
    if (!(key instanceof Error) && !key.isPrivateKey()) {
      return new Error(otherKind(key.type) ?? "it is the public half");
    }
    return key;
  } catch (error) {
    return error as Error;
  }
}

function isEncrypted(error: Error): boolean {
  return /no passphrase given/i.test(error.message);
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
    // Deno 2.6 knows no curve of 521 bits, which it sees once the passphrase is right.
    if (key instanceof Error && /curve/.test(key.message)) throw key;
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
    if (key instanceof Error || Array.isArray(key) || key.isPrivateKey()) return undefined;
    return otherKind(key.type) === undefined ? key.getPublicSSH() : undefined;
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
    open: true,
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
