// Values of the wrong kind, and proposals that have to be right themselves.

import { assert, assertEquals } from "@std/assert";
import { postgresql } from "../../../../lib/presets/postgresql.ts";
import { secret } from "../../../../lib/core/secret.ts";
import { complaints, resolve } from "../base.ts";

/** Things that hold something, but in no field. */
class Settings {
  readonly port = 4000;
}
const instances: readonly (readonly [value: unknown, said: string])[] = [
  [new Map([["A", "b"]]), "it is an instance of Map"],
  [new Set(["a"]), "it is an instance of Set"],
  [new Date(0), "it is an instance of Date"],
  [new Settings(), "it is an instance of Settings"],
  [/x/, "it is an instance of RegExp"],
  [new String("a"), "it is an instance of String"],
  [Object.create({ port: 4000 }), "it is an instance of Object"],
  [["a"], "it is a list"],
];
const jailBuild = { commands: ["make"], result: "dist" };
const records: readonly (readonly [path: string, at: (value: unknown) => Record<string, unknown>])[] = [
  ["env", (env) => ({ env })],
  ["jail", (jail) => ({ jail })],
  ["health", (health) => ({ health })],
  ["build", (build) => ({ build })],
  ["build.jail", (jail) => ({ build: { jail } })],
  ["build.jail.env", (env) => ({ build: { jail: { ...jailBuild, env } } })],
  ["build.defaults", (defaults) => ({ build: { jail: jailBuild, defaults } })],
  ["build.erlang", (erlang) => ({ build: { jail: jailBuild, erlang } })],
  ["tls", (tls) => ({ domain: "a.org", tls })],
  ["accessories", (accessories) => ({ accessories })],
  ["accessories.x", (x) => ({ accessories: { x } })],
  ...["env", "files", "rcConf", "options", "database"].map((name) =>
    [
      `accessories.x.${name}`,
      (value: unknown) => ({ accessories: { x: { start: "run", [name]: value } } }),
    ] as const
  ),
  ["accessories.db.settings", (settings) => ({
    accessories: {
      db: postgresql({ version: "16", volume: "/data/pg", password: secret("x"), settings } as never),
    },
  })],
  ["volumes", (volumes) => ({ volumes })],
  ["beforeStart", (beforeStart) => ({ beforeStart })],
  ["secretEnv", (secretEnv) => ({ secretEnv })],
  ["jail.packages", (packages) => ({ jail: { packages } })],
  ["server", (server) => ({ server })],
  ["domain", (domain) => ({ domain })],
];
const lists = ["volumes", "beforeStart", "secretEnv", "jail.packages", "server", "domain"];
for (const [path, at] of records) {
  Deno.test(`resolveConfig() takes nothing for an empty ${path} that isn't one`, () => {
    for (const [value, said] of instances) {
      if (lists.includes(path) && Array.isArray(value)) continue;
      const found = complaints(at(value));
      const says = path.endsWith("settings") ? "it is not a record" : said;
      assert(
        found.some((one) => one.startsWith(`${path}: ${says} (`)),
        `${path}, ${said}: ${found.join("; ")}`,
      );
    }
  });
}

Deno.test("resolveConfig() takes records without a prototype", () => {
  assertEquals(complaints({ env: Object.assign(Object.create(null), { A: "b" }) }), []);
});

for (
  const changes of [
    { volumes: ["/data/../etc:/app/q"] },
    { volumes: ["/data//x:/app/../etc"] },
    { volumes: ["/jails/../jails/x:/data"] },
    { jail: { basePath: "/jails/../etc/" } },
    { accessories: { "Blue!": { start: "run" }, "lo-cal-host": { start: "run" } } },
    { server: { host: "a", key: "id.pub.pub" } },
    { domain: "https://*.shop.org" },
    { domain: "HTTPS://Shop.ORG:443/x" },
    { app: "shop-blue" },
  ]
) {
  Deno.test(`resolveConfig() proposes nothing for ${JSON.stringify(changes)} that it refuses itself`, () => {
    const found = complaints(changes);
    assert(found.length > 0);
    for (const one of found) {
      const [, proposed] = /Write "(.*?)"/.exec(one) ?? [];
      if (proposed === undefined) continue;
      const path = one.slice(0, one.indexOf(":"));
      const again = path === "volumes[0]"
        ? [{ volumes: [`${proposed}:/data`] }, { volumes: [`/data:${proposed}`] }]
        : path === "jail.basePath"
        ? [{ jail: { basePath: proposed } }]
        : path.startsWith("accessories")
        ? [{ accessories: { [proposed]: { start: "run" } } }]
        : path === "server.key"
        ? [{ server: { host: "a", key: proposed } }]
        : [{ [path]: proposed }];
      assert(again.some((changes) => complaints(changes).length === 0), `${one} is refused`);
    }
  });
}

for (
  const tls of ["off", "internal"] as const
) {
  Deno.test(`resolveConfig() takes a wildcard with tls: "${tls}"`, () => {
    assertEquals(resolve({ domain: ["*.Shop.test", "shop.test"], tls }).domains, [
      "*.shop.test",
      "shop.test",
    ]);
  });
}

const wildcards: readonly (readonly [changes: Record<string, unknown>, ...said: string[]])[] = [
  [
    { domain: "*.shop.org", tls: { email: "a@b.org" } },
    'domain: "*.shop.org" is a wildcard, whose certificate needs a challenge through DNS (Name each domain by itself, or use a certificate of your own, tls: "internal" or "off")',
  ],
  [
    { domain: "a.*.org", tls: "off" },
    'domain: "a.*.org" is not a domain (Give a domain such as "shop.example.com")',
  ],
  [
    { domain: "*.-a", tls: "off" },
    'domain: "*.-a" is not a domain (Give a domain such as "shop.example.com")',
  ],
  [{ domain: "*", tls: "off" }, 'domain: "*" is not a domain (Give a domain such as "shop.example.com")'],
  [
    { domain: "*.shop.org", tls: "off", redirects: "shop.org" },
    "redirects: *.shop.org is not a single name to redirect to (Name one first in domain)",
  ],
];
for (const [changes, ...said] of wildcards) {
  Deno.test(`resolveConfig() refuses ${JSON.stringify(changes)}`, () =>
    assertEquals(complaints(changes), said));
}
