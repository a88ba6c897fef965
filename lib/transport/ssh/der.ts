// DER, the form of bytes that key files of OpenSSL have, and its text.

import { Buffer } from "node:buffer";

/** Where the content of a DER element begins and ends. */
export function content(der: Buffer, at: number): { start: number; end: number } {
  const first = der.readUInt8(at + 1);
  const more = first < 0x80 ? 0 : first & 0x7f;
  const length = more === 0 ? first : der.readUIntBE(at + 2, more);
  return { start: at + 2 + more, end: at + 2 + more + length };
}

/** An element of a tag and a content. */
export function element(tag: number, body: Buffer): Buffer {
  const length = body.length < 0x80
    ? [body.length]
    : body.length < 0x100
    ? [0x81, body.length]
    : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

/** Bytes as text between two lines that name their kind. */
export function pem(kind: string, der: Buffer): string {
  const text = der.toString("base64").replace(/(.{64})(?=.)/g, "$1\n");
  return `-----BEGIN ${kind}-----\n${text}\n-----END ${kind}-----\n`;
}

/** The bytes of such a text. */
export function fromPem(text: string): Buffer {
  return Buffer.from(text.replace(/-----[^-]+-----/g, ""), "base64");
}
