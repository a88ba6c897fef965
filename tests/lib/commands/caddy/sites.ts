// A site, and the Caddy that takes it.

import type { Rules } from "../../../../lib/commands/caddy/rules.ts";
import type { SiteSpec } from "../../../../lib/commands/caddy/site.ts";
import { secret } from "../../../../lib/core/secret.ts";
import { caddyVersion, findCaddy } from "../../../caddy.ts";

export const spec: SiteSpec = {
  app: "shop",
  blue: "10.66.0.2:4000",
  green: "10.66.0.3:5000",
  domains: ["shop.example.com", "www.example.com"],
  tls: { kind: "acme" },
  token: "0123456789abcdef",
  caddy: "2.9.1",
};

/** Every rule. */
export const rules: Rules = {
  basicAuth: { ann: secret("hunter2") },
  allow: ["127.0.0.0/8", "::1"],
  headers: { "X-Frame-Options": 'D "E" {x}', Server: false },
  compress: true,
  maxBody: 10,
  timeouts: { dial: 1, read: 60, write: 60 },
  trustedProxies: ["127.0.0.0/8"],
  websockets: false,
  before: "handle /before/* {\n\trespond before\n}",
};

export const caddy = await findCaddy();

export const version = caddy === undefined ? undefined : await caddyVersion(caddy);

export const skipped = caddy === undefined ? " (skipped: no caddy here)" : "";
