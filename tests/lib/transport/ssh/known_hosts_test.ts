import { assertEquals } from "@std/assert";
import { createHmac } from "node:crypto";
import {
  authorityFor,
  fingerprint,
  hostKeyAlgorithms,
  hostName,
  judge,
  matchesHost,
  parseKnownHosts,
  readHostKey,
  typeName,
} from "../../../../lib/transport/ssh/known_hosts.ts";

const ed = { type: "ssh-ed25519", key: "AAAAC3NzaC1lZDI1NTE5AAAAIKey1" };
const other = { type: "ssh-ed25519", key: "AAAAC3NzaC1lZDI1NTE5AAAAIKey2" };
const rsa = { type: "ssh-rsa", key: "AAAAB3NzaC1yc2EAAAADAQABKey3" };

function hashed(name: string): string {
  const salt = btoa("12345678901234567890");
  return `|1|${salt}|${createHmac("sha1", "12345678901234567890").update(name).digest("base64")}`;
}

const patterns: [hosts: string, name: string, matches: boolean][] = [
  ["shop.example.com", "shop.example.com", true],
  ["Shop.Example.Com", "shop.example.com", true],
  ["shop.example.com", "shopXexample.com", false],
  ["a,shop,b", "shop", true],
  ["*.example.com", "shop.example.com", true],
  ["*.example.com", "example.com", false],
  ["w*b*1", "web-b-1", true],
  ["w*b*1", "web-b-2", false],
  ["*a*", "b", false],
  ["web*", "web", true],
  [`${"*a".repeat(60)}*b`, "a".repeat(200), false],
  ["web?", "web1", true],
  ["web?", "web10", false],
  ["*.example.com,!bad.example.com", "bad.example.com", false],
  ["!bad.example.com,*.example.com", "good.example.com", true],
  ["!bad.example.com", "good.example.com", false],
  ["[shop]:2222", "[shop]:2222", true],
  ["[shop]:2222", "shop", false],
  ["[*]:2222", "[shop]:2222", true],
  ["203.0.113.7", "203.0.113.7", true],
  ["2001:db8::1", "2001:db8::1", true],
  [hashed("shop"), "shop", true],
  [hashed("shop"), "shop2", false],
  [hashed("[shop]:2222"), "[shop]:2222", true],
  ["|1|broken", "shop", false],
  ["|2|AAAA|AAAA", "shop", false],
];

for (const [hosts, name, matches] of patterns) {
  Deno.test(`matchesHost() says ${matches} for ${name} and ${hosts.slice(0, 40)}`, () => {
    assertEquals(matchesHost(hosts, name), matches);
  });
}

Deno.test("parseKnownHosts() passes over what says nothing", () => {
  const text = [
    "# a comment",
    "",
    "   ",
    "only-a-name",
    `@cert-authority *.example.com ${ed.type} ${ed.key}`,
    "old 1024 35 12345",
    `shop ${ed.type} ${ed.key} a comment`,
    `  @revoked  evil\t${rsa.type} ${rsa.key}\r`,
  ].join("\n");
  assertEquals(parseKnownHosts(text, "f"), [
    { file: "f", line: 5, revoked: false, authority: true, hosts: "*.example.com", ...ed },
    { file: "f", line: 7, revoked: false, authority: false, hosts: "shop", ...ed },
    { file: "f", line: 8, revoked: true, authority: false, hosts: "evil", ...rsa },
  ]);
});

Deno.test("judge() takes an authority's key for no server's own", () => {
  const entries = parseKnownHosts(`@cert-authority *.example.com ${ed.type} ${ed.key}`, "f");
  assertEquals(judge(entries, "shop.example.com", 22, ed).kind, "unknown");
  assertEquals(judge(entries, "shop.example.com", 22, other).kind, "unknown");
  assertEquals(authorityFor(entries, "shop.example.com", 2222)?.line, 1);
  assertEquals(authorityFor(entries, "shop.example.org", 22), undefined);
});

Deno.test("hostName() names the port when it isn't 22", () => {
  assertEquals([hostName("Shop", 22), hostName("::1", 2222)], ["shop", "[::1]:2222"]);
});

function verdict(text: string, host: string, port: number, shown = ed): string {
  const result = judge(parseKnownHosts(text, "f"), host, port, shown);
  return "entry" in result ? `${result.kind} ${result.entry.line}` : result.kind;
}

const line = (hosts: string, key = ed) => `${hosts} ${key.type} ${key.key}\n`;

const verdicts: [name: string, text: string, host: string, port: number, expected: string][] = [
  ["a known key", line("shop"), "shop", 22, "known"],
  ["a known key in capitals", line("shop"), "SHOP", 22, "known"],
  ["nothing about the server", line("other"), "shop", 22, "unknown"],
  ["another key of the type", line("x") + line("shop", other), "shop", 22, "changed 2"],
  ["an old key beside the right one", line("shop", other) + line("shop"), "shop", 22, "known"],
  ["keys of other types only", line("shop", rsa), "shop", 22, "other-type 1"],
  ["a revoked key", line("shop") + `@revoked ${line("*")}`, "shop", 22, "revoked 2"],
  ["another key that is revoked", `@revoked ${line("*", other)}`, "shop", 22, "unknown"],
  ["a key with its port", line("[shop]:2222"), "shop", 2222, "known"],
  ["a key for another port", line("[shop]:2223"), "shop", 2222, "unknown"],
  ["a key without a port", line("shop"), "shop", 2222, "known"],
  ["another key without a port", line("shop", other), "shop", 2222, "unknown"],
  ["another key with its port", line("[shop]:2222", other) + line("shop"), "shop", 2222, "changed 1"],
  ["a revoked key without a port", `@revoked ${line("shop")}`, "shop", 2222, "revoked 1"],
];

for (const [name, text, host, port, expected] of verdicts) {
  Deno.test(`judge() says "${expected}" for ${name}`, () => {
    assertEquals(verdict(text, host, port), expected);
  });
}

Deno.test("hostKeyAlgorithms() asks for known types first", () => {
  const entries = parseKnownHosts(line("shop", rsa), "f");
  assertEquals(hostKeyAlgorithms(entries, "shop", 22).slice(0, 3), [
    "rsa-sha2-512",
    "rsa-sha2-256",
    "ssh-ed25519",
  ]);
});

Deno.test("hostKeyAlgorithms() asks for ed25519 first when nothing is known", () => {
  assertEquals(hostKeyAlgorithms([], "shop", 22)[0], "ssh-ed25519");
});

Deno.test("fingerprint() is that of ssh-keygen", () => {
  const key = "AAAAC3NzaC1lZDI1NTE5AAAAIIOJbdKXKVFrXGbCwYLjfL0xpzXgqVw9bYyJUjtvFQXn";
  assertEquals(fingerprint({ type: "ssh-ed25519", key }).slice(0, 7), "SHA256:");
  assertEquals(fingerprint({ type: "ssh-ed25519", key }).length, 50);
});

Deno.test("readHostKey() reads the type from the key", () => {
  const wire = Uint8Array.from(
    atob("AAAAC3NzaC1lZDI1NTE5AAAAIIOJbdKXKVFrXGbCwYLjfL0xpzXgqVw9bYyJUjtvFQXn"),
    (c) => c.charCodeAt(0),
  );
  assertEquals(readHostKey(wire).type, "ssh-ed25519");
});

Deno.test("typeName() names types as OpenSSH does", () => {
  assertEquals(["ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256"].map(typeName), ["ED25519", "RSA", "ECDSA"]);
});

Deno.test("readHostKey() gives a key that nobody knows when it is none", () => {
  for (const wire of [[], [0, 0, 0], [255, 255, 255, 255], [0, 0, 0, 9, 1]]) {
    const shown = readHostKey(Uint8Array.from(wire));
    assertEquals(
      judge(parseKnownHosts(`shop ${ed.type} ${ed.key}`, "f"), "shop", 22, shown).kind,
      "other-type",
    );
  }
});

Deno.test("hostKeyAlgorithms() knows no type that every object has", () => {
  const entries = parseKnownHosts(`shop constructor ${ed.key}`, "f");
  assertEquals(hostKeyAlgorithms(entries, "shop", 22), hostKeyAlgorithms([], "shop", 22));
});
