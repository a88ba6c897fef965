/**
 * Repairs the form in which ssh2 hands out elliptic curve keys.
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

/**
 * Gives the private number its proper length. ssh2 copies it as OpenSSH's file has it, with a zero in front for half of
 * all keys; OpenSSL bears that, Deno's cryptography refuses the key.
 */
export function repairEcKey(pem: string, type: string): string {
  const size = sizes[type];
  if (size === undefined) return pem;
  const der = Buffer.from(pem.replace(/-----[^-]+-----/g, ""), "base64");
  const body = content(der, 0);
  const version = content(der, body.start);
  const number = content(der, version.end);
  const digits = der.subarray(number.start, number.end);
  const exact = Buffer.alloc(size);
  digits.subarray(-size).copy(exact, Math.max(0, size - digits.length));
  const repaired = element(
    0x30,
    Buffer.concat([
      der.subarray(body.start, version.end),
      element(0x04, exact),
      der.subarray(number.end, body.end),
    ]),
  );
  const text = repaired.toString("base64").replace(/(.{64})(?=.)/g, "$1\n");
  return `-----BEGIN EC PRIVATE KEY-----\n${text}\n-----END EC PRIVATE KEY-----\n`;
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
