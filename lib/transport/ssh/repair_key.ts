// Repairs the form in which ssh2 hands out private keys. OpenSSL bears what is wrong with them, Deno's cryptography refuses
// such keys.

import { Buffer } from "node:buffer";
import { content, element, fromPem, pem } from "./der.ts";

/** Bytes of a private number, by the key's type. */
const sizes: Readonly<Record<string, number>> = {
  "ecdsa-sha2-nistp256": 32,
  "ecdsa-sha2-nistp384": 48,
  "ecdsa-sha2-nistp521": 66,
};

/** Makes a readable key of the text that ssh2 has for it. */
export function repairKey(text: string, type: string): string {
  const size = sizes[type];
  if (size === undefined && type !== "ssh-rsa") return text;
  const der = fromPem(text);
  // A file that was encrypted in the old form ends with what filled its last block.
  if (size === undefined) return pem("RSA PRIVATE KEY", der.subarray(0, content(der, 0).end));
  return pem("EC PRIVATE KEY", withNumber(der, size));
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
