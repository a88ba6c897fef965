/**
 * Repairs the form in which ssh2 hands out private keys. OpenSSL bears what is wrong with them, Deno's cryptography refuses
 * such keys.
 *
 * @module
 */

import { Buffer } from "node:buffer";

/** Bytes of a private number, by the key's type. */
const sizes: Readonly<Record<string, number>> = {
  "ecdsa-sha2-nistp256": 32,
  "ecdsa-sha2-nistp384": 48,
  "ecdsa-sha2-nistp521": 66,
};

/** Makes a readable key of the text that ssh2 has for it. */
export function repairKey(pem: string, type: string): string {
  const size = sizes[type];
  if (size === undefined && type !== "ssh-rsa") return pem;
  const der = Buffer.from(pem.replace(/-----[^-]+-----/g, ""), "base64");
  // A file that was encrypted in the old form ends with what filled its last block.
  if (size === undefined) return encode("RSA", der.subarray(0, content(der, 0).end));
  return encode("EC", withNumber(der, size));
}

/** Gives the private number its proper length: ssh2 copies it with a zero in front for half of all keys. */
function withNumber(der: Buffer, size: number): Buffer {
  const body = content(der, 0);
  const version = content(der, body.start);
  const number = content(der, version.end);
  const digits = der.subarray(number.start, number.end);
  const exact = Buffer.alloc(size);
  digits.subarray(-size).copy(exact, Math.max(0, size - digits.length));
  return element(
    0x30,
    Buffer.concat([
      der.subarray(body.start, version.end),
      element(0x04, exact),
      der.subarray(number.end, body.end),
    ]),
  );
}

function encode(kind: string, der: Buffer): string {
  const text = der.toString("base64").replace(/(.{64})(?=.)/g, "$1\n");
  return `-----BEGIN ${kind} PRIVATE KEY-----\n${text}\n-----END ${kind} PRIVATE KEY-----\n`;
}

/** Where the content of a DER element begins and ends. */
function content(der: Buffer, at: number): { start: number; end: number } {
  const first = der.readUInt8(at + 1);
  const more = first < 0x80 ? 0 : first & 0x7f;
  const length = more === 0 ? first : der.readUIntBE(at + 2, more);
  return { start: at + 2 + more, end: at + 2 + more + length };
}

function element(tag: number, body: Buffer): Buffer {
  const length = body.length < 0x80
    ? [body.length]
    : body.length < 0x100
    ? [0x81, body.length]
    : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}
