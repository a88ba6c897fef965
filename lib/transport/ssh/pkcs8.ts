// Private keys in PKCS#8, as OpenSSL, Terraform, vaults and `ssh-keygen -m PKCS8` write them. ssh2 doesn't read this form,
// so they are given to it in the forms that it reads.

import { Buffer } from "node:buffer";
import { createPrivateKey } from "node:crypto";
import { content, fromPem, pem } from "./der.ts";

const plain = /-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----/;
const locked = /-----BEGIN ENCRYPTED PRIVATE KEY-----[\s\S]+?-----END ENCRYPTED PRIVATE KEY-----/;

/** Tells whether a key file has this form. */
export function isPkcs8(text: string): boolean {
  return plain.test(text) || locked.test(text);
}

/**
 * Gives a key as a text that ssh2 reads.
 *
 * @throws when it is encrypted and the passphrase is missing or wrong, or its kind isn't one of SSH
 */
export function fromPkcs8(text: string, passphrase?: string): string {
  const [block] = plain.exec(text) ?? [];
  if (block !== undefined) return convert(fromPem(block));
  const [encrypted = ""] = locked.exec(text) ?? [];
  checkCipher(fromPem(encrypted));
  if (passphrase === undefined) throw new Error("it is encrypted, and no passphrase given");
  const key = createPrivateKey({ key: encrypted, format: "pem", passphrase });
  return convert(key.export({ type: "pkcs8", format: "der" }));
}

/** PBES2 with AES in CBC mode, the only kind of encryption that Deno takes. */
function checkCipher(der: Buffer): void {
  const hex = der.subarray(0, 200).toString("hex");
  if (hex.includes("2a864886f70d01050d") && /6086480165030401(02|16|2a)/.test(hex)) return;
  throw new Error("it is encrypted by an old cipher, which is not understood");
}

const rsa = "2a864886f70d010101";
const curve = "2a8648ce3d0201";
const ed25519 = "2b6570";

/** In PKCS#8: version, kind of key (and curve), then the key itself. */
function convert(der: Buffer): string {
  const version = content(der, content(der, 0).start);
  const algorithm = content(der, version.end);
  const kind = content(der, algorithm.start);
  const inner = content(der, algorithm.end);
  const key = der.subarray(inner.start, inner.end);
  switch (der.subarray(kind.start, kind.end).toString("hex")) {
    case rsa:
      return pem("RSA PRIVATE KEY", key);
    case curve:
      return curveKey(key, der.subarray(kind.end, algorithm.end).toString("hex"));
    case ed25519:
      return edwardsKey(key.subarray(2), der);
    default:
      throw unusable();
  }
}

function unusable(): Error {
  return new Error("it is of a kind that SSH doesn't use");
}

/** By the names' DER. Deno has no way to work out the public number of the last one. */
const curves: Readonly<Record<string, string>> = {
  "06082a8648ce3d030107": "nistp256",
  "06052b81040022": "nistp384",
  "06052b81040023": "nistp521",
};

/** In it: version, the private number, perhaps the curve, perhaps the public number as a string of bits. */
function curveKey(key: Buffer, name: string): string {
  const curve = curves[name];
  const body = content(key, 0);
  const number = content(key, content(key, body.start).end);
  const after = key[number.end] === 0xa0 ? content(key, number.end).end : number.end;
  if (curve === undefined) throw unusable();
  if (after >= body.end) throw new Error("its public half is missing");
  const bits = content(key, content(key, after).start);
  const type = Buffer.from(`ecdsa-sha2-${curve}`);
  const shared = [field(type), field(Buffer.from(curve)), field(key.subarray(bits.start + 1, bits.end))];
  return openssh(shared, [field(Buffer.concat([Buffer.alloc(1), key.subarray(number.start, number.end)]))]);
}

function edwardsKey(seed: Buffer, der: Buffer): string {
  const jwk = createPrivateKey({ key: der, format: "der", type: "pkcs8" }).export({ format: "jwk" });
  const point = Buffer.from(jwk.x ?? "", "base64url");
  const shared = [field(Buffer.from("ssh-ed25519")), field(point)];
  return openssh(shared, [field(Buffer.concat([seed, point]))]);
}

/** OpenSSH's own form: of a key's fields the public ones, and the private ones that follow them. */
function openssh(shared: readonly Buffer[], own: readonly Buffer[]): string {
  const none = field(Buffer.from("none"));
  const empty = field(Buffer.alloc(0));
  const secret = Buffer.concat([Buffer.alloc(8), ...shared, ...own, empty]);
  const filling = Buffer.from(Array.from({ length: (8 - secret.length % 8) % 8 }, (_, index) => index + 1));
  return pem(
    "OPENSSH PRIVATE KEY",
    Buffer.concat([
      ...[Buffer.from("openssh-key-v1\0"), none, none, empty, Buffer.from([0, 0, 0, 1])],
      ...[field(Buffer.concat(shared)), field(Buffer.concat([secret, filling]))],
    ]),
  );
}

function field(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
