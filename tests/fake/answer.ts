/**
 * An answer of the probe script, section by section, as a prepared server with a live release gives it.
 *
 * @module
 */

import { mandatory, mandatoryForSetup } from "../../lib/commands/server/probe.ts";
import { bootText } from "../../lib/commands/server/boot.ts";
import { rotationText } from "../../lib/commands/server/rotation.ts";
import { importLine } from "../../lib/commands/caddy/caddyfile.ts";
import { pfText } from "../../lib/commands/server/network.ts";
import { accessoryRecord, place, release, siteOf } from "./facts.ts";

/** The content of each section, as its command prints it. */
export const sections: Readonly<Record<string, string>> = {
  system: "FreeBSD\namd64\namd64\n14.3-RELEASE-p5\n14.3-RELEASE-p5\n",
  now: "1767323045\n",
  jails:
    "shop_blue /jails/shop_blue 10.66.0.2 false\nold /usr/jails/old - true\nweb /w 10.1.1.1,10.1.1.2 false\n",
  base: ".templates\nshop_blue\nlost+found\n",
  templates: "/jails/.templates/14.3-RELEASE template 14.3-RELEASE\n",
  trees: "/jails/shop_blue shop_blue\n",
  versions: "/jails/.templates/14.3-RELEASE 14.3-RELEASE-p5\n/jails/shop_blue 14.3-RELEASE-p5\n",
  dataset: "zroot/jails\t/jails\n",
  disk: "zroot/jails   1024 512 99887 1%    /jails\n",
  resolvers: "203.0.113.53\n::1\n",
  host: `${JSON.stringify({ version: 1, apps: { shop: place } }, null, 1)}\n`,
  files: "shop_blue 7-1a2b3c4\nshop_green \n",
  journal: [
    ["shop/releases/6-aaaaaaa/release.json", "{ half"],
    ["shop/releases/7-1a2b3c4/release.json", JSON.stringify(release("7-1a2b3c4", { state: "live" }))],
  ].map(([path, text]) => `${path}\n.${text}\n`).join(""),
  limits: `counts
user:1001:maxproc:deny=100
jail:shop_blue:memoryuse:deny=536870912
jail:shop_blue:maxproc:deny=200
jail:shop_blue:swapuse:deny=1
jail:shop_blue:pcpu:log=10
jail:web:pcpu:deny=50
shop_blue cputime=3
shop_blue memoryuse=220200960
shop_blue maxproc=12
`,
  builds: "shop 0011223344556677 1234 abcd\n",
  well: "shop_db ill\nshop_cache well\n",
  accessories: [["shop_db.json", JSON.stringify(accessoryRecord())], ["shop_x.json", "{ half"]]
    .map(([path, text]) => `${path}\n.${text}\n`).join(""),
  sites: `shop.caddy\n${siteOf().replace(/^(?=.)/gm, ".")}`,
  routed: "shop blue-7-1a2b3c4\nshop green-6-1a2b3c4\n",
  live: "shop /blue-7-1a2b3c4\n\nblog \n",
  caddy: "v2.9.1 h1:OEYiZ7DbCzAWVb6TNEkjRcSCRGHVoZsJinoDR/n9oaY=\n812\n",
  "caddy service": "config /usr/local/etc/caddy/Caddyfile\nadapter caddyfile\nadmin \nextra_flags \n",
  kernel: "14.3-RELEASE-p5\n",
  programs: "",
  "rc.conf": "",
  sysrc:
    "cloned_interfaces: lo1 bridge0\npf_enable: YES\nfirewall_enable: NO\nsysrc: unknown variable 'pf_rules'\n",
  shutdown: "100\n",
  interfaces: "vtnet0 lo0 lo1\n",
  loopback:
    "lo1: flags=8049<UP,LOOPBACK,RUNNING,MULTICAST> metric 0 mtu 16384\n\tinet 10.66.0.2 netmask 0xffffffff\n",
  routes: [
    "Routing tables",
    "",
    "Internet:",
    "Destination        Gateway            Flags     Netif Expire",
    "default            203.0.113.1        UGS      vtnet0",
    "10.66.0.2          link#3             UH          lo1",
    "203.0.113.0/24     link#1             U        vtnet0",
    "203.0.113.7        link#1             UHS         lo0",
    "",
  ].join("\n"),
  default:
    "   route to: 0.0.0.0\ndestination: 0.0.0.0\n  interface: vtnet0\n      flags: <UP,GATEWAY,DONE,STATIC>\n",
  listeners: [
    "root     caddy      812   6  tcp46  *:443                 *:*",
    "root     caddy      812   7  tcp4   127.0.0.1:2020        *:*",
    "www      nginx      900   8  tcp6   [::1]:80              *:*",
    "",
  ].join("\n"),
  pf:
    "/sbin/pfctl\nloaded\nStatus: Enabled for 0 days 00:01:02           Debug: Urgent\nnat on vtnet0 inet from 10.66.0.0/24 to any -> (vtnet0) round-robin\n",
  "pf rules": pfText("vtnet0", ["10.66.0.0/24"]),
  boot: bootText(),
  caddyfile: `{\n\temail a@b.c\n}\n${importLine}\n`,
  rotation: rotationText(),
};

const empty = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, ""]));
/** Every section that an answer has, and nothing in it. */
export const nothing: Readonly<Record<string, string>> = empty(mandatory);
/** The same for those that only `setup` asks for. */
export const nothingForSetup: Readonly<Record<string, string>> = empty(mandatoryForSetup);

const added = empty(mandatoryForSetup.filter((name) => !(name in sections)));

/** The probe's answer, with some sections said otherwise. */
export function answer(changes: Readonly<Record<string, string>> = {}): string {
  return probeAnswer({ ...nothing, ...sections, ...added, ...changes });
}

/** An answer made of sections, as the probe prints it. */
export function probeAnswer(all: Readonly<Record<string, string>>): string {
  const texts = Object.entries(all).map(([name, text]) => {
    const rows = text === "" ? [] : text.replace(/\n$/, "").split("\n");
    return `=== ${name}\n${rows.map((row) => `|${row}\n`).join("")}`;
  });
  return `${texts.join("")}=== end\n`;
}
