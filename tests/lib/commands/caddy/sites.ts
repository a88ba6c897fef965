// A site, and the Caddy that takes it.

import type { SiteSpec } from "../../../../lib/commands/caddy/site.ts";
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

export const caddy = await findCaddy();

export const version = caddy === undefined ? undefined : await caddyVersion(caddy);

export const skipped = caddy === undefined ? " (skipped: no caddy here)" : "";
