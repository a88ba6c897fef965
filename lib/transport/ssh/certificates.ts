// Certificates and keys of security tokens, which can't be offered: ssh2 writes the type of a certificate where the type of its
// signature must stand, so that no server takes it, and has no way to sign by a token. They are named instead.

import { existsSync } from "node:fs";
import type { Endpoint } from "./resolve.ts";

const certificate = "it is a certificate, and certificates can't be offered";

/** Says why a key of this type can't be offered; undefined when it can. */
export function otherKind(type: string): string | undefined {
  if (type.includes("-cert-v0")) return certificate;
  if (type.startsWith("sk-")) return "it is a security token's key (FIDO), and such keys can't be offered";
  const usable = /^(ssh-rsa|ssh-ed25519|ecdsa-sha2-nistp(256|384|521))$/.test(type);
  return usable ? undefined : `it is of the type ${type}, which can't be offered`;
}

/** A line for each certificate that OpenSSH would offer from files. */
export function shownCertificates({ key, identities, keys, certificates }: Endpoint): string[] {
  const beside = [...key ? [key] : [], ...identities, ...keys].map((path) => `${path}-cert.pub`);
  const paths = [...new Set([...certificates, ...beside])];
  return paths.filter((path) => existsSync(path)).map((path) => `${path}: ${certificate}`);
}
