// The form of certificates and keys: what is wrong is said, and nothing of what they hold.

import { assertEquals, assertFalse } from "@std/assert";
import { secret } from "../../../../lib/core/secret.ts";
import { cert, complaints, key, least, pem, problemsOf } from "../base.ts";

const certHint = 'Give the text of the file, such as Deno.readTextFileSync("shop.crt")';
const keyHint = "Give the text of the file as a secret, and keep the file out of the repository";

/** A value in place of a certificate and its key, and its message. */
const cases: readonly (readonly [name: string, tls: Record<string, unknown>, ...said: string[]])[] = [
  ["a chain and a key", { cert: `# leaf\n${cert}\n${cert}`, key }],
  ["Windows' line breaks", { cert: cert.replaceAll("\n", "\r\n"), key: key.replaceAll("\n", "\r\n") }],
  ["secrets", { cert: secret(cert), key: secret(key) }],
  ["a key in RSA's own form", { cert, key: pem("RSA PRIVATE KEY") }],
  ["a key on a curve with the curve's name", {
    cert,
    key: pem("EC PARAMETERS", "BggqhkjOPQMBBw==") + pem("EC PRIVATE KEY"),
  }],
  ["no key", { cert }, "tls.key: it is missing (Give its private key as PEM text)"],
  ["no certificate", { key }, "tls.cert: it is missing (Give the certificate as PEM text)"],
  ["a list", { cert: [cert], key }, "tls.cert: it is a list (Give the certificate as PEM text)"],
  [
    "paths",
    { cert: "shop.crt", key: "shop.key" },
    `tls.cert: it is not a certificate in PEM (${certHint})`,
    `tls.key: it is not a private key in PEM (${keyHint})`,
  ],
  ["an empty secret", { cert, key: secret("") }, `tls.key: it is not a private key in PEM (${keyHint})`],
  [
    "the two exchanged",
    { cert: key, key: cert },
    "tls.cert: it holds a private key (Put the key into tls.key, and only there)",
    "tls.key: it holds a certificate (Put certificates into tls.cert, and only the key here)",
  ],
  [
    "both in one",
    { cert: cert + key, key },
    "tls.cert: it holds a private key (Put the key into tls.key, and only there)",
  ],
  [
    "a request for a certificate",
    { cert: pem("CERTIFICATE REQUEST"), key },
    "tls.cert: it holds a block called CERTIFICATE REQUEST (Leave only blocks called CERTIFICATE)",
  ],
  [
    "a public key",
    { cert, key: pem("PUBLIC KEY") },
    `tls.key: it holds a block called PUBLIC KEY (${keyHint})`,
  ],
  ["two keys", { cert, key: key + key }, "tls.key: it holds 2 keys (Give one key)"],
  [
    "an encrypted key",
    { cert, key: pem("ENCRYPTED PRIVATE KEY") },
    "tls.key: it is encrypted, and Caddy has no passphrase (Decrypt it with openssl pkey -in shop.key)",
  ],
  [
    "an old encrypted key",
    { cert, key: pem("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nMIIB") },
    "tls.key: it is encrypted, and Caddy has no passphrase (Decrypt it with openssl pkey -in shop.key)",
  ],
  [
    "a certificate cut off",
    { cert: cert.slice(0, -10), key },
    `tls.cert: its PEM is cut off or damaged (${certHint})`,
  ],
  [
    "a certificate without its line breaks",
    { cert: cert.replaceAll("\n", " "), key },
    `tls.cert: its PEM is cut off or damaged (${certHint})`,
  ],
  [
    "a damaged key",
    { cert, key: pem("PRIVATE KEY", "MIIB?") },
    `tls.key: its PEM is cut off or damaged (${keyHint})`,
  ],
  ["a NUL character", { cert: `\0${cert}`, key }, `tls.cert: its PEM is cut off or damaged (${certHint})`],
  [
    "an authority beside it",
    { cert, key, email: "a@b.org" },
    "tls.email: it has no meaning beside your own certificate (Give one or the other)",
  ],
];

for (const [name, tls, ...said] of cases) {
  Deno.test(`resolveConfig() ${said.length === 0 ? "takes" : "refuses"} for a certificate: ${name}`, () => {
    assertEquals(complaints({ domain: "shop.org", tls }), said);
  });
}

const misplaced = {
  "as the certificate": { cert: key, key: [key] },
  "damaged": { cert, key: `${key}-----BEGIN ` },
};
for (const [name, tls] of Object.entries(misplaced)) {
  Deno.test(`resolveConfig() prints nothing of a key: ${name}`, () => {
    const said = JSON.stringify(problemsOf({ ...least, domain: "a.org", tls }));
    assertFalse(key.split("\n").slice(1, 3).some((line) => said.includes(line)));
  });
}
