import { assertEquals, assertStringIncludes } from "@std/assert";
import { certificateFiles } from "../../../lib/commands/certificate.ts";
import { liveDir, liveRoot } from "../../../lib/commands/paths.ts";
import { pauseApp, resumeApp, switchLive } from "../../../lib/commands/live.ts";
import { addresses, siteAddresses, type SiteSpec, siteText } from "../../../lib/commands/site.ts";
import { secret } from "../../../lib/core/secret.ts";
import { caddyObjection, caddyVersion, findCaddy, runCaddy } from "../../caddy.ts";
import { type Playground, playground } from "../../playground.ts";
import { freePort } from "../transport/ssh/sshd.ts";

const spec: SiteSpec = {
  app: "shop",
  blue: "10.66.0.2:4000",
  green: "10.66.0.3:5000",
  domains: ["shop.example.com", "www.example.com"],
  tls: { kind: "acme" },
  token: "0123456789abcdef",
  caddy: "2.9.1",
};

const sites: readonly {
  name: string;
  spec: SiteSpec;
  addresses: readonly string[];
  /** What it names isn't here, so no Caddy can take it. */
  lacksFiles?: boolean;
}[] = [
  { name: "domains with certificates", spec, addresses: spec.domains },
  {
    name: "a domain over plain HTTP",
    spec: { ...spec, domains: ["shop.lan"], tls: { kind: "off" } },
    addresses: ["http://shop.lan"],
  },
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

const caddy = await findCaddy();
const version = caddy === undefined ? undefined : await caddyVersion(caddy);
const skipped = caddy === undefined ? " (skipped: no caddy here)" : "";

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
      const text = `{\n\tadmin off\n}\n${siteText({ ...one, caddy: version })}`;
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

/** A running Caddy with our site, two apps behind it, and their jails' colours as answers; or another in place of the first. */
async function running(place: Playground, instead?: string) {
  const stack = new AsyncDisposableStack();
  const apps = ["blue", "green"].map((colour) =>
    Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, () => new Response(colour))
  );
  for (const app of apps) stack.defer(() => app.shutdown());
  const [blue, green] = apps.map(({ addr }) => `127.0.0.1:${addr.port}`);
  const [site, probe] = [freePort(), freePort()];
  const text = siteText({
    ...spec,
    blue: instead ?? blue ?? "",
    green: green ?? "",
    domains: [],
    tls: { kind: "off" },
    caddy: version,
  })
    .replaceAll(liveRoot, place.at(liveRoot))
    .replace("\nhttp:// {", `\nhttp://:${site} {`)
    .replace(":2020", `:${probe}`);
  stack.use(await runCaddy(caddy ?? "", place.root, `{\n\tadmin off\n\tauto_https off\n}\n${text}`));
  const ask = async (port: number, headers: Record<string, string>, path = "/") => {
    const response = await answerAt(port, path, headers);
    return `${response.status} ${response.headers.get("x-alcaide-release")} ${await response.text()}`;
  };
  const bearing = { "x-alcaide-probe": spec.token };
  return {
    ask: (path?: string, method = "GET") => ask(site, { method }, path),
    bearing: () => ask(site, bearing),
    live: () => ask(probe, { ...bearing, host: "shop.alcaide.internal" }, "/.alcaide/live"),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** The answer, as soon as somebody listens. */
async function answerAt(port: number, path: string, headers: Record<string, string>): Promise<Response> {
  for (let tries = 0;; tries++) {
    try {
      return await fetchAs(port, path, headers);
    } catch (error) {
      if (tries === 1000) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** `fetch` doesn't let the Host header be chosen. */
async function fetchAs(
  port: number,
  path: string,
  { method = "GET", ...headers }: Record<string, string>,
): Promise<Response> {
  using connection = await Deno.connect({ port, hostname: "127.0.0.1" });
  const all = { host: `127.0.0.1:${port}`, connection: "close", ...headers };
  const rows = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  await connection.write(new TextEncoder().encode(`${method} ${path} HTTP/1.1\r\n${rows}\r\n`));
  const text = await new Response(connection.readable).text();
  const [head = "", body = ""] = text.split("\r\n\r\n");
  const [first = "", ...fields] = head.split("\r\n");
  const status = Number(first.split(" ")[1]);
  const given = new Headers(fields.map((field) => [field.split(": ")[0] ?? "", field.split(": ")[1] ?? ""]));
  return new Response(status === 204 ? null : body, { status, headers: given });
}

Deno.test({
  name: `siteText() lets a real Caddy follow the marker without a reload${skipped}`,
  ignore: caddy === undefined,
  fn: async () => {
    await using place = await playground();
    await place.run(switchLive("shop", { slot: "blue", release: "7-1a2b3c4" }));
    await using site = await running(place);
    assertEquals([await site.ask(), await site.bearing(), await site.live()], [
      "200 null blue",
      "200 /blue-7-1a2b3c4 blue",
      "204 /blue-7-1a2b3c4 ",
    ]);
    await place.run(switchLive("shop", { slot: "green", release: "8-1a2b3c4" }));
    assertEquals([await site.ask(), await site.bearing(), await site.live()], [
      "200 null green",
      "200 /green-8-1a2b3c4 green",
      "204 /green-8-1a2b3c4 ",
    ]);
    assertEquals(await place.names(liveDir("shop")), ["green-8-1a2b3c4"]);
  },
});

Deno.test({
  name: `siteText() lets a page stand in for the app, for all requests but ours${skipped}`,
  ignore: caddy === undefined,
  fn: async () => {
    await using place = await playground();
    await place.run(switchLive("shop", { slot: "blue", release: "7-1a2b3c4" }));
    await using site = await running(place);
    assertEquals(await site.ask(), "200 null blue");
    await place.run(pauseApp("shop", '<h1>it\'s "closed"</h1>\n'));
    const closed = '503 null <h1>it\'s "closed"</h1>\n';
    assertEquals([await site.ask(), await site.ask("/a/b?c=d"), await site.ask("/x", "POST")], [
      closed,
      closed,
      closed,
    ]);
    assertEquals([await site.bearing(), await site.live()], [
      "200 /blue-7-1a2b3c4 blue",
      "204 /blue-7-1a2b3c4 ",
    ]);
    // A deploy leaves it there.
    await place.run(switchLive("shop", { slot: "green", release: "8-1a2b3c4" }));
    assertEquals([await site.ask(), await site.bearing()], [closed, "200 /green-8-1a2b3c4 green"]);
    await place.run(resumeApp("shop"));
    assertEquals(await site.ask(), "200 null green");
  },
});

Deno.test({
  name: `siteText() sends no request again that made the app crash${skipped}`,
  ignore: caddy === undefined,
  fn: async () => {
    await using place = await playground();
    await place.run(switchLive("shop", { slot: "blue", release: "7-1a2b3c4" }));
    const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
    let requests = 0;
    const serving = (async () => {
      for await (const connection of listener) {
        if (await connection.read(new Uint8Array(4096)) !== null) requests++;
        connection.close();
      }
    })();
    await using site = await running(place, `127.0.0.1:${listener.addr.port}`);
    assertEquals([(await site.ask("/crash")).slice(0, 3), requests], ["502", 1]);
    listener.close();
    await serving;
  },
});

Deno.test("siteText() says so where Caddy knows how", () => {
  const has = (one: string) => siteText({ ...spec, caddy: one }).includes("lb_retry_match expression false");
  assertEquals([has("2.5.2"), has("2.6.2"), has("2.10.2")], [false, true, true]);
});
