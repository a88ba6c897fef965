import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { bootText } from "../../../lib/commands/server/boot.ts";
import { pfText } from "../../../lib/commands/server/network.ts";
import { AlcaideError } from "../../../lib/core/error.ts";
import { type Facts, releasesOf, withoutPatch } from "../../../lib/server/facts.ts";
import { parseFacts } from "../../../lib/server/parse_facts.ts";
import { answer } from "../../fake/answer.ts";
import { accessoryRecord, facts, place, release, siteOf } from "../../fake/facts.ts";
import { service } from "./caddy_settings.ts";

const whole = parseFacts(answer(), "/jails");

const fields: { [K in keyof Omit<Facts, "setup" | "remains">]: Facts[K] } = {
  os: "FreeBSD",
  machine: "amd64",
  arch: "amd64",
  release: "14.3-RELEASE",
  now: 1_767_323_045,
  jails: [
    { name: "shop_blue", path: "/jails/shop_blue", addresses: ["10.66.0.2"], dying: false },
    { name: "old", path: "/usr/jails/old", addresses: [], dying: true },
    { name: "web", path: "/w", addresses: ["10.1.1.1", "10.1.1.2"], dying: false },
  ],
  templates: ["14.3-RELEASE"],
  trees: new Map([["/jails/shop_blue", "shop_blue"]]),
  images: [],
  base: [".templates", "shop_blue", "lost+found"],
  userland: "14.3-RELEASE-p5",
  versions: new Map([["/jails/.templates/14.3-RELEASE", "14.3-RELEASE-p5"], [
    "/jails/shop_blue",
    "14.3-RELEASE-p5",
  ]]),
  dataset: "zroot/jails",
  free: 99887 * 1024,
  host: { version: 1, apps: { shop: place } },
  hostText: `${JSON.stringify({ version: 1, apps: { shop: place } }, null, 1)}\n`,
  jailFiles: new Map([["shop_blue", "7-1a2b3c4"], ["shop_green", ""]]),
  journal: [release("7-1a2b3c4", { state: "live" })],
  builds: new Map([["shop/0011223344556677", { size: 1234, sha256: "abcd" }]]),
  ill: new Set(["shop_db"]),
  accessories: new Map([["shop_db", accessoryRecord()]]),
  resolvers: ["203.0.113.53", "::1"],
  sites: new Map([["shop", siteOf()]]),
  routed: new Map([["shop", { slot: "blue", release: "7-1a2b3c4" }]]),
  spare: new Map([["shop", { slot: "green", release: "6-1a2b3c4" }]]),
  live: new Map([["shop", { slot: "blue", release: "7-1a2b3c4" }]]),
  caddy: { version: "2.9.1", running: true, service },
  counts: true,
  limits: new Map([
    ["shop_blue", { memory: { most: 2 ** 29, used: 210 * 2 ** 20 }, processes: { most: 200, used: 12 } }],
    ["web", { cpu: { most: 50, used: null } }],
  ]),
};

for (const [name, wanted] of Object.entries(fields)) {
  Deno.test(`parseFacts() reads ${name}`, () => assertEquals<unknown>(whole[name as keyof Facts], wanted));
}

const setup = whole.setup;

const setupFields: Readonly<Record<string, unknown>> = {
  kernel: "14.3-RELEASE-p5",
  missingPrograms: [],
  rcConfError: "",
  rc: { cloned_interfaces: "lo1 bridge0", pf_enable: "YES", firewall_enable: "NO" },
  shutdown: 100,
  interfaces: ["vtnet0", "lo0", "lo1"],
  routes: [
    { to: "10.66.0.2/32", via: "lo1" },
    { to: "203.0.113.0/24", via: "vtnet0" },
    { to: "203.0.113.7/32", via: "lo0" },
  ],
  externalInterface: "vtnet0",
  listeners: [
    { program: "caddy", address: "*", port: 443 },
    { program: "caddy", address: "127.0.0.1", port: 2020 },
    { program: "nginx", address: "[::1]", port: 80 },
  ],
  bootScript: bootText(),
};

for (const [name, wanted] of Object.entries(setupFields)) {
  Deno.test(`parseFacts() reads ${name} for setup`, () => {
    const got: unknown = setup?.[name as keyof typeof setup];
    const known = name === "rc"
      ? Object.fromEntries(Object.entries(got as object).filter(([k]) => k in (wanted as object)))
      : got;
    assertEquals(known, wanted);
  });
}

Deno.test("parseFacts() finds pf in force, without a file of the admin's", () => {
  const ours = pfText("vtnet0", ["10.66.0.0/24"]);
  assertEquals(setup?.pf, {
    enabled: true,
    translates: true,
    available: true,
    adminFile: false,
    loaded: true,
    ours,
  });
});

Deno.test("parseFacts() takes a line of an answer for nothing else than that line", () => {
  const text = answer({ caddyfile: "=== end\n=== system\n|x\n.y\n" });
  const parsed = parseFacts(text, "/jails");
  assertEquals([parsed.os, parsed.setup?.caddyfile], ["FreeBSD", "=== end\n=== system\n|x\n.y\n"]);
});

Deno.test("parseFacts() gives no facts for setup when they weren't asked for", () => {
  const text = `${answer().slice(0, answer().indexOf("=== kernel"))}=== end`;
  assertEquals(parseFacts(text, "/jails").setup, undefined);
});

Deno.test("parseFacts() never gives facts of an answer that is cut off", () => {
  const rows = answer().trimEnd().split("\n");
  const given: number[] = [];
  for (let count = 0; count < rows.length; count++) {
    try {
      parseFacts(rows.slice(0, count).join("\n"), "/jails");
      given.push(count);
    } catch (error) {
      if (!(error instanceof AlcaideError)) throw error;
      assertMatch(
        error.message,
        /^Cannot read the facts of the server: the answer ends in section "[a-z. ]+"$/,
      );
    }
  }
  assertEquals(given, []);
});

Deno.test("parseFacts() says in which section an answer ends", () => {
  const text = answer();
  const cut = text.slice(0, text.indexOf("=== journal") + 20);
  assertThrows(() => parseFacts(cut, "/jails"), AlcaideError, 'the answer ends in section "journal"');
});

Deno.test("parseFacts() refuses no answer at all", () => {
  assertThrows(() => parseFacts("", "/jails"), AlcaideError, 'the answer ends in section "none"');
});

Deno.test("parseFacts() refuses a broken host.json: guessing would give addresses out twice", () => {
  assertThrows(() => parseFacts(answer({ host: "{ half\n" }), "/jails"), AlcaideError, "host.json");
});

Deno.test("withoutPatch() takes the patch level away", () => {
  assertEquals(["14.3-RELEASE-p5", " 15.0-RC1\n"].map(withoutPatch), ["14.3-RELEASE", "15.0-RC1"]);
});

Deno.test("releasesOf() gives one app's releases", () => {
  const both = facts({ journal: [release("1-a"), release("2-b", { app: "blog" })] });
  assertEquals(releasesOf(both, "blog").map(({ id }) => id), ["2-b"]);
});
