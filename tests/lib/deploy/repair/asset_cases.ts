// Assets that are gone, and Caddy's question about customers' domains.

import type { Facts } from "../../../../lib/server/facts.ts";
import { askLines } from "../../../../lib/commands/caddy/ask.ts";
import { importLine } from "../../../../lib/commands/caddy/caddyfile.ts";
import { siteText } from "../../../../lib/commands/caddy/site.ts";
import { place, release, setupFacts } from "../../../fake/facts.ts";
import { type Case, remains, well } from "./scene.ts";

/** A server whose live release has assets, and those that are there. */
function withAssets(names: readonly string[]): Facts {
  const { config } = release("6-a");
  const assets = { path: "/assets", from: "public" };
  const journal = [release("6-a", { state: "live", config: { ...config, assets } })];
  return { ...remains({ assets: new Set(names) }), journal };
}

const domain = ["shop.example.com", { ask: "http://app/allowed" }];

/** A server with customers' domains, and the admin's Caddyfile. */
function asking(lines: readonly string[]): Facts {
  const site = siteText({
    app: "shop",
    blue: `${place.blue}:4000`,
    green: `${place.green}:4000`,
    domains: ["shop.example.com"],
    tls: { kind: "acme", ask: "/allowed" },
    token: place.token,
    caddy: "2.9.1",
  });
  const caddyfile = [...lines, importLine, ""].join("\n");
  const { loopback } = well.setup!;
  return { ...well, sites: new Map([["shop", site]]), setup: setupFacts({ loopback, caddyfile }) };
}

/** Assets and questions. */
export const assetCases: readonly Case[] = [
  {
    name: "assets that are gone",
    facts: withAssets([]),
    found: [
      "assets: the assets of 6-a are gone: /usr/local/www/alcaide/shop/999999993-6-a > Copy the assets of 6-a from its artifact",
    ],
  },
  { name: "no fault with assets that are there", facts: withAssets(["999999993-6-a"]), found: [] },
  {
    name: "no fault with customers' domains",
    facts: asking(["{", ...askLines, "}"]),
    user: { domain },
    found: [],
  },
  {
    name: "a Caddyfile without the question about customers' domains",
    facts: asking([]),
    user: { domain },
    found: [
      "import: the Caddyfile does not ask for certificates of customers' domains > Add on_demand_tls to /usr/local/etc/caddy/Caddyfile",
    ],
  },
];
