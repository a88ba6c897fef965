// Disagreements about the traffic: marker, Caddy, site file.

import { release, setupFacts, siteOf } from "../../../fake/facts.ts";
import { blog, type Case, edited, nobody, setup, well } from "./scene.ts";

/** Disagreements about the traffic: marker, Caddy, site file. */
export const trafficCases: readonly Case[] = [
  {
    name: "the import line",
    facts: setup({ caddyfile: "example.com\n" }),
    found: [
      "import: the Caddyfile does not import alcaide's sites > Add one line to /usr/local/etc/caddy/Caddyfile",
    ],
  },
  {
    name: "Caddy that does not run",
    facts: { ...well, live: nobody, caddy: { ...well.caddy, running: false } },
    found: ["caddy: Caddy does not run > Start Caddy"],
  },
  {
    name: "Caddy that is silent",
    facts: { ...well, live: nobody },
    found: [
      "silent: Caddy does not say which release it serves, the marker on disk names 6-a > Let Caddy read its sites again",
    ],
  },
  {
    name: "Caddy that is silent for want of the import line",
    facts: { ...setup({ caddyfile: "" }), live: nobody },
    found: [
      "import: the Caddyfile does not import alcaide's sites > Add one line to /usr/local/etc/caddy/Caddyfile",
      "silent: Caddy does not say which release it serves, the marker on disk names 6-a",
    ],
  },
  {
    name: "a site file that is gone",
    facts: { ...well, sites: new Map() },
    found: ["site: the site file of shop is gone > Write the site file of shop"],
  },
  {
    name: "a site file that is empty",
    facts: { ...well, sites: new Map([["shop", "\n"]]) },
    found: ["site: the site file of shop is not as Alcaide makes it > Write the site file of shop"],
  },
  {
    name: "a site file that leads elsewhere",
    facts: { ...well, sites: new Map([["shop", edited]]) },
    found: ["site: the site file of shop is not as Alcaide makes it > Write the site file of shop"],
  },
  {
    name: "a site file of somebody else's",
    facts: { ...well, sites: new Map([["shop", "example.com\n"]]) },
    found: ["site: /usr/local/etc/caddy/conf.d/alcaide/shop.caddy has no mark of ours > -"],
  },
  {
    name: "a shared domain that a site file knows nothing of",
    facts: { ...well, shared: "http://a.test {\n\timport alcaide_shop-paths\n}\n" },
    found: [
      "shared: /usr/local/etc/caddy/conf.d/alcaide/~shared.caddy does not have the paths of shop as its site file says > " +
      "Make the shared domains anew",
    ],
  },
  {
    name: "a site with names that the configuration has not",
    facts: { ...well, sites: new Map([["shop", siteOf("shop", ["old.example.com"])]]) },
    found: ["names: Caddy answers to http://old.example.com, the configuration names http:// > -"],
  },
  {
    name: "the site of a first deploy that was cut off",
    facts: {
      ...well,
      jails: [],
      base: [],
      trees: new Map(),
      jailFiles: new Map(),
      routed: nobody,
      live: nobody,
      journal: [],
      remains: { ...well.remains!, mounts: [], releases: new Map() },
      setup: setupFacts(),
    },
    found: ["site: Caddy has the site of shop, and nothing of it is live > Take shop out of Caddy"],
  },
  {
    name: "the marker",
    facts: { ...well, live: nobody, routed: nobody },
    found: [
      'marker: the marker on disk is gone, though 6-a runs: "alcaide repair" puts it back > Put back the marker of 6-a',
    ],
  },
  {
    name: "the marker after a reboot",
    facts: {
      ...setup({ loopback: "" }),
      live: nobody,
      routed: nobody,
      jails: [],
      remains: { ...well.remains!, mounts: [] },
    },
    found: [
      "lost: the marker on disk is gone and no jail runs, the journal says 6-a is live > Put back the marker of 6-a",
      "stopped: jail shop_blue does not run > Start jail shop_blue",
    ],
  },
  {
    name: "a live release of which nothing is left",
    facts: {
      ...setup({ loopback: "" }),
      ...{ live: nobody, routed: nobody, jails: [], sites: new Map() },
      remains: { ...well.remains!, mounts: [] },
    },
    found: ["lost: the journal says 6-a is live, and marker, site file and jail are gone > -"],
  },
  {
    name: "a jail that may serve, though nothing says so",
    facts: {
      ...well,
      live: nobody,
      routed: nobody,
      journal: [release("6-a", { state: "ready" }), release("5-a")],
    },
    found: ["lost: neither the marker nor the journal names a live release, and jail shop_blue runs > -"],
  },
  {
    name: "a second marker",
    facts: { ...well, spare: new Map([["shop", { slot: "green", release: "5-a" }]]) },
    found: ["spare: the marker on disk names 6-a, and another one 5-a > Remove the marker of 5-a"],
  },
  {
    name: "a marker that Caddy contradicts",
    facts: { ...well, routed: new Map([["shop", { slot: "green", release: "5-a" }]]) },
    found: ["contradiction: Caddy serves 6-a, the marker on disk names 5-a > -"],
  },
  {
    name: "an app that host.json has lost",
    facts: { ...well, host: { version: 1, apps: { blog } } },
    found: ["forgotten: host.json on the server does not know shop, though shop_blue is there > -"],
  },
];
