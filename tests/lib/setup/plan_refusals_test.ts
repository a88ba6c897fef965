// Servers that setup refuses or warns of, and those that it takes.

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { AlcaideError } from "../../../lib/core/error.ts";
import { place } from "../../fake/facts.ts";
import { type Given, plan, rc, without } from "./planning.ts";

const advices: readonly (Given & { name: string; says: string })[] = [
  {
    name: "pf with rules of the admin's",
    setup: { rc: { ...without("pf_rules") } },
    says: "add: nat on vtnet0 inet from 10.66.0.0/24 to any -> (vtnet0)",
  },
  {
    name: "an /etc/pf.conf that isn't in force yet",
    setup: {
      rc: without("pf_rules"),
      pf: { adminFile: true, loaded: true, enabled: false, translates: false, available: true, ours: "" },
    },
    says: "has its own firewall, which is left alone",
  },
  {
    name: "ipfw",
    setup: { rc: { ...rc, firewall_enable: "yes" } },
    says: "add: nat for 10.66.0.0/24 on vtnet0",
  },
  { name: "no default route", setup: { externalInterface: undefined }, says: "no default route" },
  {
    name: "no pf at all",
    setup: {
      rc: { ...without("pf_rules"), pf_enable: "NO" },
      pf: { adminFile: false, loaded: true, enabled: false, translates: false, available: false, ours: "" },
    },
    says: "has no pf",
  },
  {
    name: "cron that is off, without which nothing rotates logs",
    setup: { rc: { ...rc, cron_enable: "NO" } },
    says: "the apps' logs grow without end. Switch it on: sysrc cron_enable=YES; service cron start",
  },
];

for (const { name, says, ...given } of advices) {
  Deno.test(`planSetup() only advises about ${name}`, () => {
    const { changes: made, advice } = plan(given);
    assertEquals([made, advice.length], [[], 1]);
    assertStringIncludes(advice[0] ?? "", says);
  });
}

const refusals: readonly (Given & { name: string; problem: string; hint: string })[] = [
  {
    name: "missing programs",
    setup: { missingPrograms: ["sysrc", "jail", "pfctl"] },
    problem: "it lacks sysrc, jail and pfctl",
    hint: "On a system of packages: pkg install -r FreeBSD-base",
  },
  {
    name: "a broken rc.conf",
    setup: { rcConfError: "/etc/rc.conf: 3: Syntax error: Unterminated quoted string\nmore" },
    problem: "/etc/rc.conf can't be read (/etc/rc.conf: 3: Syntax error: Unterminated quoted string)",
    hint: "Correct it: sh -n /etc/rc.conf shows where",
  },
  {
    name: "a base newer than the kernel",
    config: { jail: { freebsd: "15.0-RELEASE" } },
    problem: "jail.freebsd 15.0-RELEASE is newer than its kernel, 14.3-RELEASE",
    hint: "Set jail.freebsd to 14.3-RELEASE or older, or upgrade the server",
  },
  {
    name: "a pending reboot",
    setup: { kernel: "14.4-RELEASE-p1" },
    problem: "a reboot is pending: 14.4-RELEASE-p1 is installed, 14.3-RELEASE runs",
    hint: "Reboot the server first",
  },
  {
    name: "a subnet that is somebody's",
    setup: { routes: [{ to: "10.66.0.0/16", via: "vtnet0" }] },
    problem: "the network 10.66.0.0/24 is in use: it has a route to 10.66.0.0/16 through vtnet0",
    hint: "Set jail.subnet to a private network that nothing else uses",
  },
  {
    name: "a host within the subnet",
    setup: { routes: [{ to: "10.66.0.77/32", via: "vtnet0" }] },
    problem: "the network 10.66.0.0/24 is in use: it has a route to 10.66.0.77/32 through vtnet0",
    hint: "Set jail.subnet to a private network that nothing else uses",
  },
  {
    name: "the server's own address within the subnet",
    setup: { routes: [{ to: "10.66.0.1/32", via: "lo0" }] },
    problem: "the network 10.66.0.0/24 is in use: it has a route to 10.66.0.1/32 through lo0",
    hint: "Set jail.subnet to a private network that nothing else uses",
  },
  {
    name: "port 80 taken",
    setup: { listeners: [{ program: "nginx", address: "*", port: 80 }] },
    problem: "port 80 is taken by nginx",
    hint: "Stop nginx, or let it listen elsewhere: Caddy needs this port",
  },
  {
    name: "port 443 taken, when there are certificates",
    config: { domain: "shop.example.com" },
    setup: { listeners: [{ program: "nginx", address: "*", port: 443 }] },
    problem: "port 443 is taken by nginx",
    hint: "Stop nginx, or let it listen elsewhere: Caddy needs this port",
  },
  {
    name: "the port of our questions taken",
    setup: { listeners: [{ program: "raccoon", address: "127.0.0.1", port: 2020 }] },
    problem: "port 2020 is taken by raccoon",
    hint: "Stop raccoon, or let it listen elsewhere: Caddy needs this port",
  },
  {
    name: "a disk too small for the base system",
    facts: { templates: [], free: 900_000_000 },
    problem: "/jails has 900 MB free, the base system needs 1.5 GB",
    hint: "Make room, or set jail.basePath to a larger disk",
  },
];

for (const { name, problem, hint, ...given } of refusals) {
  Deno.test(`planSetup() refuses ${name}`, () => {
    const error = assertThrows(() => plan(given), AlcaideError);
    assertEquals(error.message, `Cannot set up web: ${problem}`);
    assertStringIncludes(error.hint ?? "", hint);
  });
}

const allowed: readonly (Given & { name: string })[] = [
  {
    name: "an address of its own on lo1",
    setup: {
      loopback: "\tinet 10.66.0.1 netmask 0xffffff00\n",
      routes: [{ to: "10.66.0.1/32", via: "lo0" }],
    },
  },
  { name: "its own jails' addresses", setup: { routes: [{ to: "10.66.0.2/32", via: "lo1" }] } },
  {
    name: "addresses that it gave to apps, however they are routed",
    facts: { host: { version: 1, apps: { shop: place } } },
    setup: { routes: [{ to: "10.66.0.3/32", via: "lo0" }] },
  },
  {
    name: "neighbouring networks",
    setup: { routes: [{ to: "10.65.255.0/24", via: "em0" }, { to: "10.66.1.0/24", via: "em0" }] },
  },
  {
    name: "Caddy on its ports",
    setup: { listeners: [80, 443, 2020].map((port) => ({ program: "caddy", address: "*", port })) },
  },
  {
    name: "port 443 taken, when there are no certificates",
    setup: { listeners: [{ program: "nginx", address: "*", port: 443 }] },
  },
  {
    name: "the port of our questions taken at another address",
    setup: { listeners: [{ program: "x", address: "203.0.113.7", port: 2020 }] },
  },
  { name: "a small disk when the base system is there", facts: { free: 500_000_000 } },
  { name: "a kernel that is older than what runs", setup: { kernel: "14.2-RELEASE" } },
  {
    name: "an older base than the kernel",
    config: { jail: { freebsd: "13.5-RELEASE" } },
    facts: { templates: ["13.5-RELEASE"] },
  },
];

for (const { name, ...given } of allowed) {
  Deno.test(`planSetup() is content with ${name}`, () => assertEquals(plan(given).changes, []));
}
