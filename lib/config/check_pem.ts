/**
 * The form of certificates and keys. What they say is left to Caddy, which refuses what doesn't fit before it is in force.
 *
 * @module
 */

import type { Complaint } from "./field.ts";

/** A block of PEM: what it says it is, and what lies between its marks. */
interface Block {
  readonly label: string;
  readonly body: string;
}

const keyLabel = /^((RSA|EC) )?PRIVATE KEY$/;

/** Looks whether a text is a certificate, perhaps with those of the authorities above it. Says nothing of what it holds. */
export function checkCertificate(text: string): Complaint | undefined {
  const hint = 'Give the text of the file, such as Deno.readTextFileSync("shop.crt")';
  const blocks = blocksOf(text);
  if (blocks === undefined) return malformed(text, "certificate", hint);
  if (blocks.some(({ label }) => label.endsWith("PRIVATE KEY"))) {
    return { problem: "it holds a private key", hint: "Put the key into tls.key, and only there" };
  }
  const odd = blocks.find(({ label }) => label !== "CERTIFICATE");
  return odd &&
    { problem: `it holds a block called ${odd.label}`, hint: "Leave only blocks called CERTIFICATE" };
}

/** Looks whether a text is a private key that can be used as it is. Says nothing of what it holds. */
export function checkPrivateKey(text: string): Complaint | undefined {
  const hint = "Give the text of the file as a secret, and keep the file out of the repository";
  const blocks = blocksOf(text);
  if (blocks === undefined) return malformed(text, "private key", hint);
  if (blocks.some(({ label }) => label === "CERTIFICATE")) {
    return {
      problem: "it holds a certificate",
      hint: "Put certificates into tls.cert, and only the key here",
    };
  }
  if (blocks.some(({ label, body }) => label.startsWith("ENCRYPTED ") || body.includes("ENCRYPTED"))) {
    return {
      problem: "it is encrypted, and Caddy has no passphrase",
      hint: "Decrypt it with openssl pkey -in shop.key",
    };
  }
  // What openssl writes for a key on a curve begins with the name of the curve.
  const keys = blocks.filter(({ label }) => label !== "EC PARAMETERS");
  const odd = keys.find(({ label }) => !keyLabel.test(label));
  if (odd) return { problem: `it holds a block called ${odd.label}`, hint };
  return keys.length === 1 ? undefined : { problem: `it holds ${keys.length} keys`, hint: "Give one key" };
}

function malformed(text: string, what: string, hint: string): Complaint {
  if (!text.includes("-----BEGIN ")) return { problem: `it is no ${what} in PEM`, hint };
  return { problem: `its PEM is cut off or damaged`, hint };
}

/** The blocks of a text; undefined when there is none or one of them is damaged. */
function blocksOf(text: string): Block[] | undefined {
  const pattern = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n([^-]*(?:-(?!----)[^-]*)*)-----END \1-----/g;
  const blocks = [...text.matchAll(pattern)].map(([, label = "", body = ""]) => ({ label, body }));
  if (text.includes("\0")) return undefined;
  const begun = text.match(/-----BEGIN /g)?.length ?? 0;
  return begun > 0 && blocks.length === begun && blocks.every(isBase64) ? blocks : undefined;
}

function isBase64({ body }: Block): boolean {
  // Old encrypted keys have headers before an empty line.
  const data = body.replace(/^[^]*:[^]*?\r?\n\r?\n/, "").replace(/\s/g, "");
  return /^[A-Za-z0-9+/]+={0,2}$/.test(data) && data.length % 4 === 0;
}
