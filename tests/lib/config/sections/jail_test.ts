import { assertEquals } from "@std/assert";
import { complaints, resolve } from "../base.ts";

const cases: readonly (readonly [changes: Record<string, unknown>, ...said: string[]])[] = [
  [
    { jail: { nameservers: "9.9.9.9" } },
    'jail.nameservers: it is "9.9.9.9" (Give a list of addresses such as ["9.9.9.9"])',
  ],
  [{ jail: { kind: "thick" } }, 'jail.kind: it is "thick" (Give "copied" or "thin")'],
  [{ jail: { kind: null } }, 'jail.kind: it is null (Give "copied" or "thin")'],
  [
    { jail: { nameservers: [] } },
    'jail.nameservers: it is empty (Give one to 3 addresses such as ["9.9.9.9"], or leave it out)',
  ],
  [
    { jail: { nameservers: ["1.1.1.1", "8.8.8.8", "9.9.9.9", "8.8.4.4"] } },
    'jail.nameservers: it has 4 addresses (Give one to 3 addresses such as ["9.9.9.9"], or leave it out)',
  ],
  [
    { jail: { nameservers: ["::1", "127.0.0.1", "dns.example.com"] } },
    'jail.nameservers[0]: "::1" is not an IPv4 address (Give an IPv4 address that jails can reach: they have no IPv6, and 127.0.0.1 is their own)',
    "jail.nameservers[1]: 127.0.0.1 is the jail itself (Give an IPv4 address that jails can reach: they have no IPv6, and 127.0.0.1 is their own)",
    'jail.nameservers[2]: "dns.example.com" is not an IPv4 address (Give an IPv4 address that jails can reach: they have no IPv6, and 127.0.0.1 is their own)',
  ],
];

for (const [changes, ...said] of cases) {
  Deno.test(`resolveConfig() refuses ${Deno.inspect(changes, { breakLength: Infinity })}`, () => {
    assertEquals(complaints(changes), said);
  });
}

Deno.test("resolveConfig() takes resolvers for jails", () => {
  assertEquals(resolve({ jail: { nameservers: ["9.9.9.9", "10.66.0.1"] } }).jail.nameservers, [
    "9.9.9.9",
    "10.66.0.1",
  ]);
});

Deno.test("resolveConfig() takes copied jails where nothing is said", () => {
  assertEquals([{}, { kind: "copied" }, { kind: "thin" }].map((jail) => resolve({ jail }).jail.kind), [
    "copied",
    "copied",
    "thin",
  ]);
});
