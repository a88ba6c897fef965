import { assertEquals, assertStringIncludes } from "@std/assert";
import { askLines } from "../../../../lib/commands/caddy/ask.ts";
import { certificateFiles } from "../../../../lib/commands/caddy/certificate.ts";
import { addresses, siteAddresses, type SiteSpec, siteText } from "../../../../lib/commands/caddy/site.ts";
import { secret } from "../../../../lib/core/secret.ts";
import { caddyObjection } from "../../../caddy.ts";
import { playground } from "../../../playground.ts";
import { caddy, rules, skipped, spec, version } from "./sites.ts";

const sites: readonly {
  name: string;
  spec: SiteSpec;
  addresses: readonly string[];
  /** It names files that aren't here, so no Caddy can take it. */
  lacksFiles?: boolean;
}[] = [
  { name: "domains with certificates", spec, addresses: spec.domains },
  {
    name: "a domain over plain HTTP",
    spec: { ...spec, domains: ["shop.lan"], tls: { kind: "off" } },
    addresses: ["http://shop.lan"],
  },
  { name: "a log of answers", spec: { ...spec, log: true }, addresses: spec.domains },
  { name: "sockets counted apart", spec: { ...spec, sockets: true }, addresses: spec.domains },
  { name: "assets", spec: { ...spec, proxy: rules, assets: "/assets" }, addresses: spec.domains },
  {
    name: "domains of customers",
    spec: {
      ...spec,
      sockets: true,
      log: true,
      proxy: rules,
      tls: { kind: "acme", email: "a@b.c", ask: "/allowed" },
    },
    addresses: [...spec.domains, "https://"],
  },
  {
    name: "domains of customers with certificates of Caddy's own",
    spec: { ...spec, assets: "/assets", tls: { kind: "internal", ask: "/" } },
    addresses: [...spec.domains, "https://"],
  },
  { name: "rules", spec: { ...spec, proxy: rules }, addresses: spec.domains },
  { name: "no domain", spec: { ...spec, domains: [], tls: { kind: "off" } }, addresses: ["http://"] },
  { name: "Caddy's own authority", spec: { ...spec, tls: { kind: "internal" } }, addresses: spec.domains },
  {
    name: "an authority's address and email",
    spec: { ...spec, tls: { kind: "acme", email: "a@b.c", ca: "https://ca.example.com/dir" } },
    addresses: spec.domains,
  },
  {
    name: "an authority's address",
    spec: { ...spec, tls: { kind: "acme", ca: "https://ca.example.com/dir" } },
    addresses: spec.domains,
  },
  {
    name: "an email alone",
    spec: { ...spec, tls: { kind: "acme", email: "a@b.c" } },
    addresses: spec.domains,
  },
  {
    name: "your own certificate",
    spec: {
      ...spec,
      tls: { kind: "own", cert: secret("cert"), key: secret("key") },
      redirects: ["www.b.org"],
    },
    addresses: [...spec.domains, "http://www.b.org", "www.b.org"],
    lacksFiles: true,
  },
  {
    name: "redirects with certificates",
    spec: { ...spec, tls: { kind: "internal" }, redirects: ["a.org", "b.org"] },
    addresses: [...spec.domains, "http://a.org", "http://b.org", "a.org", "b.org"],
  },
  {
    name: "redirects over plain HTTP",
    spec: { ...spec, domains: ["shop.lan"], tls: { kind: "off" }, redirects: ["www.shop.lan"] },
    addresses: ["http://shop.lan", "http://www.shop.lan"],
  },
  {
    name: "a wildcard over plain HTTP",
    spec: { ...spec, domains: ["*.shop.lan", "shop.lan"], tls: { kind: "off" } },
    addresses: ["http://*.shop.lan", "http://shop.lan"],
  },
  {
    name: "a wildcard with a certificate of Caddy's own",
    spec: { ...spec, domains: ["*.shop.lan"], tls: { kind: "internal" } },
    addresses: ["*.shop.lan"],
  },
  { name: "a Caddy before 2.7", spec: { ...spec, caddy: "2.6.2" }, addresses: spec.domains },
  { name: "a Caddy of unknown version", spec: { ...spec, caddy: undefined }, addresses: spec.domains },
];

for (const { name, spec: one, addresses: wanted, lacksFiles } of sites) {
  Deno.test(`siteAddresses() reads what siteText() wrote for ${name}`, () => {
    assertEquals([siteAddresses(siteText(one)), addresses(one)], [[...wanted], [...wanted]]);
  });

  if (lacksFiles) continue;
  Deno.test({
    name: `siteText() is taken by a real Caddy: ${name}${skipped}`,
    ignore: caddy === undefined,
    fn: async () => {
      await using place = await playground();
      const text = `{\n\tadmin off\n${askLines.join("\n")}\n}\n${siteText({ ...one, caddy: version })}`;
      assertEquals(await caddyObjection(caddy ?? "", place.root, text), "");
    },
  });
}

for (const text of ["", "shop.example.com {\n}\n", "# app: x\nfoo\n"]) {
  Deno.test(`siteAddresses() finds none in ${JSON.stringify(text)}`, () =>
    assertEquals(siteAddresses(text), []));
}

Deno.test("siteText() redirects in one hop to the first domain", () => {
  const text = (tls: SiteSpec["tls"]) => siteText({ ...spec, tls, redirects: ["a.org", "b.org"] });
  const to = (scheme: string) => `\tredir ${scheme}://shop.example.com{uri} 308\n}\n`;
  assertStringIncludes(text({ kind: "off" }), `\nhttp://a.org, http://b.org {\n${to("http")}`);
  assertStringIncludes(
    text({ kind: "acme" }),
    `\nhttp://a.org, http://b.org {\n${to("https")}a.org, b.org {\n${to("https")}`,
  );
  assertStringIncludes(text({ kind: "internal" }), `\na.org, b.org {\n\ttls internal\n${to("https")}`);
});

Deno.test("siteText() names your own certificate by its path, for redirected names, too", () => {
  const own = { kind: "own", cert: secret("the cert"), key: secret("the key") } as const;
  const text = siteText({ ...spec, tls: own, redirects: ["a.org"] });
  const { cert, key } = certificateFiles("shop", own);
  assertEquals(text.split(`\ttls ${cert} ${key}\n`).length, 3);
  assertEquals(/the (cert|key)/.test(text), false);
});

Deno.test("siteText() is the same from release to release", () => {
  assertEquals(/\d-[0-9a-f]{7}/.test(siteText(spec)), false);
});

Deno.test("siteText() lets WebSockets live through reloads where Caddy can", () => {
  const has = (one: string) => siteText({ ...spec, caddy: one }).includes("stream_close_delay");
  assertEquals([has("2.6.2"), has("2.7.0"), has("2.10.2"), has("3.0.0")], [false, true, true, true]);
});

Deno.test("siteText() answers about itself on 127.0.0.1 alone", () => {
  assertStringIncludes(siteText(spec), "http://shop.alcaide.internal:2020 {\n\tbind 127.0.0.1\n");
});
