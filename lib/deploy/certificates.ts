// Certificates in a deploy or a rollback, on one server.

import { askTls } from "../commands/caddy/caddyfile.ts";
import { dropCertificates, writeCertificate } from "../commands/caddy/certificate.ts";
import { tlsDir } from "../commands/paths.ts";
import type { Config, Tls } from "../config/field/types.ts";
import type { Remote } from "../remote/remote.ts";
import type { Command } from "../core/sh.ts";
import { list } from "../core/text.ts";
import { mainName } from "../commands/caddy/site.ts";
import type { ServerPlan } from "./plan/plan.ts";
import type { Context } from "../task/context.ts";

/** Certificate files, which must be there before Caddy reads the site file. */
export function certificateBefore({ app, tls }: Config): Command[] {
  return tls.kind === "own" ? [writeCertificate(app, tls)] : [];
}

/** Removed once the site file is proven: certificates of the app's own that it named before. */
export function certificatesAfter({ app, tls }: Config, { site }: Pick<ServerPlan, "site">): Command[] {
  if (tls.kind === "own") return [dropCertificates(app, tls)];
  return site.before?.includes(`${tlsDir(app)}/`) ? [dropCertificates(app)] : [];
}

/** Warns of names that don't answer over TLS yet: a certificate may take its time, so no release is taken back for it. */
export async function warnOfTls(
  { signal, ui }: Pick<Context, "signal" | "ui">,
  { domains, redirects, tls, health }: Config,
  server: Remote,
): Promise<void> {
  if (tls.kind === "off") return;
  const names = [...domains, ...redirects].map((name) => mainName([name]) ?? name);
  const ask = askTls({ names, path: health.path });
  // A failure here does not stop the deploy.
  const exit = await server.exec(ask, { signal, timeout: 180_000 }).catch(() => undefined);
  const silent = exit?.code === 0 ? exit.stdout.trim().split(/\s+/).filter((name) => name !== "") : [];
  if (silent.length === 0) return;
  ui.warn(`${server.name}: no answer over TLS yet for ${list(silent)}`, hintFor(tls, silent));
}

function hintFor(tls: Tls, names: readonly string[]): string {
  const log = "/var/log/caddy/caddy.log on the server";
  if (tls.kind === "internal") return `Look at ${log}`;
  const [it, certificates, point] = names.length > 1
    ? ["them", "certificates", "point"]
    : ["it", "certificate", "points"];
  if (tls.kind === "own") return `Check that the certificate names ${it}, and look at ${log}`;
  return `Caddy goes on asking for the ${certificates}. Check that ${list(names)} ${point} to this server ` +
    `(A and AAAA records) and that ports 80 and 443 are open from outside, and look at ${log}`;
}
