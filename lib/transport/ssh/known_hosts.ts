// Reads known_hosts files and judges a server's key by them. Nothing here touches a file.

import { Buffer } from "node:buffer";
import { createHash, createHmac } from "node:crypto";
import { named } from "../../core/shape.ts";
import { matchesPatterns } from "./config_values.ts";

/** One line of a known_hosts file that says something about keys. */
export interface KnownHost {
  readonly file: string;
  /** Its number there, from 1. */
  readonly line: number;
  /** True when the key must never be accepted. */
  readonly revoked: boolean;
  /** True when it is the key of an authority, which signs servers' certificates. */
  readonly authority: boolean;
  /** Names and patterns, or one hashed name. */
  readonly hosts: string;
  /** The key's type, such as `ssh-ed25519`. */
  readonly type: string;
  /** The key as base64. */
  readonly key: string;
}

/** A verdict of the files on a server's key. */
export type Verdict =
  | { readonly kind: "known" }
  | { readonly kind: "unknown" }
  | { readonly kind: "changed" | "revoked" | "other-type"; readonly entry: KnownHost };

/** A server's key, as it shows it. */
export interface HostKey {
  /** Its type, such as `ssh-ed25519`. */
  readonly type: string;
  /** Itself as base64. */
  readonly key: string;
}

/** Reads a file's text; what isn't understood is passed over, as OpenSSH does. */
export function parseKnownHosts(text: string, file: string): KnownHost[] {
  const entries: KnownHost[] = [];
  text.split("\n").forEach((content, index) => {
    const words = content.trim().split(/\s+/);
    const mark = words[0]?.startsWith("@") ? words.shift() : undefined;
    const [hosts, type, key] = words;
    if (!hosts || !type || !key || hosts.startsWith("#")) return;
    const [revoked, authority] = [mark === "@revoked", mark === "@cert-authority"];
    if ((mark !== undefined && !revoked && !authority) || /^\d+$/.test(type)) return;
    entries.push({ file, line: index + 1, revoked, authority, hosts, type, key });
  });
  return entries;
}

/** The name under which known_hosts has a server: the port is in it when it isn't 22. */
export function hostName(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/** Tells whether a line's first field means this name. */
export function matchesHost(hosts: string, name: string): boolean {
  if (hosts.startsWith("|")) return matchesHashed(hosts, name);
  return matchesPatterns(hosts.toLowerCase().split(","), name);
}

/** The line of an authority that signs the certificate of a server. ssh2 asks no server for one, so it can't be checked. */
export function authorityFor(
  entries: readonly KnownHost[],
  host: string,
  port: number,
): KnownHost | undefined {
  const names = [hostName(host, port), hostName(host, 22)];
  return entries.find((entry) => entry.authority && names.some((name) => matchesHost(entry.hosts, name)));
}

/** Judges a key by the lines of all files. */
export function judge(entries: readonly KnownHost[], host: string, port: number, shown: HostKey): Verdict {
  const verdict = judgeName(entries, hostName(host, port), shown);
  if (verdict.kind !== "unknown" || port === 22) return verdict;
  // A line without a port vouches for its key on every port, as with OpenSSH; it condemns no other key there.
  const anyPort = judgeName(entries, hostName(host, 22), shown);
  return anyPort.kind === "known" || anyPort.kind === "revoked" ? anyPort : verdict;
}

function judgeName(entries: readonly KnownHost[], name: string, shown: HostKey): Verdict {
  const mine = entries.filter((entry) => !entry.authority && matchesHost(entry.hosts, name));
  const same = mine.filter((entry) => entry.type === shown.type && entry.key === shown.key);
  const revoked = same.find((entry) => entry.revoked);
  if (revoked) return { kind: "revoked", entry: revoked };
  if (same.length > 0) return { kind: "known" };
  const valid = mine.filter((entry) => !entry.revoked);
  const rival = valid.find((entry) => entry.type === shown.type);
  if (rival) return { kind: "changed", entry: rival };
  const other = valid[0];
  return other ? { kind: "other-type", entry: other } : { kind: "unknown" };
}

const algorithmsByType: Readonly<Record<string, readonly string[]>> = {
  "ssh-ed25519": ["ssh-ed25519"],
  "ecdsa-sha2-nistp256": ["ecdsa-sha2-nistp256"],
  "ecdsa-sha2-nistp384": ["ecdsa-sha2-nistp384"],
  "ecdsa-sha2-nistp521": ["ecdsa-sha2-nistp521"],
  "ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256"],
};

/**
 * Algorithms to ask the server for, those of keys that the files have first: a server shows one key only, and with
 * another one than the known it would look like a stranger.
 */
export function hostKeyAlgorithms(entries: readonly KnownHost[], host: string, port: number): string[] {
  const names = [hostName(host, port), hostName(host, 22)];
  const known = names.flatMap((name) =>
    entries.filter((entry) => !entry.revoked && !entry.authority && matchesHost(entry.hosts, name))
      .map((entry) => entry.type)
  );
  return [...new Set([...known, ...Object.keys(algorithmsByType)])].flatMap((t) =>
    named(algorithmsByType, t) ?? []
  );
}

/** Reads a key in the form of the wire. One that is none has a type that no line knows. */
export function readHostKey(wire: Uint8Array): HostKey {
  const length = Buffer.concat([wire, Buffer.alloc(4)]).readUInt32BE();
  const type = new TextDecoder().decode(wire.subarray(4, 4 + length));
  return { type, key: Buffer.from(wire).toString("base64") };
}

/** The fingerprint as OpenSSH prints it. */
export function fingerprint(key: HostKey): string {
  const hash = createHash("sha256").update(Buffer.from(key.key, "base64")).digest("base64");
  return `SHA256:${hash.replace(/=+$/, "")}`;
}

/** The name of a key's type as OpenSSH prints it. */
export function typeName(type: string): string {
  if (type === "ssh-rsa") return "RSA";
  return type.startsWith("ecdsa-") ? "ECDSA" : type.replace(/^ssh-/, "").toUpperCase();
}

function matchesHashed(hosts: string, name: string): boolean {
  const [, version, salt, hash] = hosts.split("|");
  if (version !== "1" || !salt || !hash) return false;
  return createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest("base64") === hash;
}
