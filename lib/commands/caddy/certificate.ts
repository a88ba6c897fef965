// Certificates: an app's own on the server, and the lines about all of them in its site file.

import type { OwnCertificate, Tls } from "../../config/field/types.ts";
import { shortName } from "../../core/fingerprint.ts";
import { script } from "../../core/script.ts";
import { type Command, type Script, sh } from "../../core/sh.ts";
import { caddyUser } from "./service.ts";
import { writeFile } from "../../remote/files.ts";
import { block, indented } from "./lines.ts";
import { etcDir, tlsDir } from "../paths.ts";

/** Paths of a certificate and its key. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/**
 * Where a certificate and its key are. Another certificate has other paths: Caddy reads files anew only when its
 * configuration changes, and the one before stays there until the new one is proven.
 */
export function certificateFiles(app: string, own: OwnCertificate): CertificateFiles {
  // Of the certificate alone, which is public: nothing of the key is in a file's name.
  const base = `${tlsDir(app)}/${shortName(own.cert.reveal())}`;
  return { cert: `${base}.crt`, key: `${base}.key` };
}

/**
 * Writes a certificate and its key so that only Caddy's user can read them. A key of another certificate is refused before
 * it takes the place of the right one: Caddy would go on with what it has, and no more start after a reboot.
 */
export function writeCertificate(app: string, own: OwnCertificate): Script {
  const { cert, key } = certificateFiles(app, own);
  const beside = `${key}.check`;
  const dir = tlsDir(app);
  return script(
    sh`owner=$(${caddyUser})
mkdir -p ${dir} && chmod 755 ${`${etcDir}/tls`} && chmod 700 ${dir} && chown "\${owner:-0}" ${dir}`,
    writeFile(cert, own.cert, { mode: 0o600 }),
    writeFile(beside, own.key, { mode: 0o600 }),
    // A file that openssl can't read is left to Caddy.
    sh`if want=$(openssl x509 -in ${cert} -noout -pubkey 2>/dev/null) &&
  got=$(openssl pkey -in ${beside} -pubout 2>/dev/null) && [ "$got" != "$want" ]; then
  rm -f ${beside}; echo 'tls.key: private key does not match public key of tls.cert' >&2; exit 1
fi`,
    sh`chown "\${owner:-0}" ${cert} ${beside} && mv -f ${beside} ${key}`,
  );
}

/** Removes the certificates that the app doesn't use any more; all of them without one of its own. */
export function dropCertificates(app: string, own?: OwnCertificate): Command {
  const dir = tlsDir(app);
  if (own === undefined) return sh`rm -rfx ${dir}`;
  const { cert, key } = certificateFiles(app, own);
  return sh`for file in ${dir}/*; do
  case $file in ${cert} | ${key}) ;; *) rm -f "$file" ;; esac
done`;
}

/** The lines about TLS in the blocks of a site. */
export function tlsText(
  { app, tls }: { readonly app: string; readonly tls: Tls },
  more: readonly string[] = [],
): string {
  if (tls.kind === "off") return "";
  if (tls.kind === "own") {
    const { cert, key } = certificateFiles(app, tls);
    return `\ttls ${cert} ${key}\n`;
  }
  const { email, ca } = tls.kind === "acme" ? tls : { email: "internal", ca: undefined };
  const head = email === undefined ? "tls" : `tls ${email}`;
  const lines = [...ca === undefined ? [] : [`ca ${ca}`], ...more];
  if (lines.length > 0) return `${indented(block(head, lines)).join("\n")}\n`;
  return email === undefined ? "" : `\t${head}\n`;
}

/** The path at which the app says which names are its customers'; undefined where it is not asked. */
export function askOf(tls: Tls): string | undefined {
  return "ask" in tls ? tls.ask : undefined;
}
