// Domains that several apps share, by the real shell and a real Caddy.

import { assertEquals } from "@std/assert";
import { applySite, importLine, removeSite } from "../../../../lib/commands/caddy/caddyfile.ts";
import { isShared, sharedAddresses, shareDomains, sharedTls } from "../../../../lib/commands/caddy/shared.ts";
import { addresses, siteAddresses, type SiteSpec, siteText } from "../../../../lib/commands/caddy/site.ts";
import { caddyfile, sharedFile, sitesDir } from "../../../../lib/commands/paths.ts";
import { caddyObjection, runCaddy } from "../../../caddy.ts";
import { type Playground, playground } from "../../../playground.ts";
import { freePort } from "../../transport/ssh/sshd.ts";
import { caddy, skipped, spec, version } from "./sites.ts";

const off = { kind: "off" } as const;
const shop = { ...spec, domains: ["shop.test", "a.test"], tls: off, paths: ["/*"] };
const api = {
  ...spec,
  app: "api",
  domains: ["shop.test"],
  tls: off,
  paths: ["/api/*", "/hook"],
  stripPrefix: true,
};
const file = (app: string) => `${sitesDir}/${app}.caddy`;

const both = `# Made by alcaide from the site files beside it. Changes are overwritten.
http://shop.test {
	import alcaide_api-tls
	import alcaide_api-paths
	import alcaide_shop-paths
	handle {
		respond 404
	}
}
http://a.test {
	import alcaide_shop-tls
	import alcaide_shop-paths
	handle {
		respond 404
	}
}
`;

async function withSites(place: Playground, ...specs: readonly SiteSpec[]): Promise<void> {
  for (const one of specs) await place.write(file(one.app), siteText(one));
}

Deno.test("siteAddresses() reads the paths that siteText() wrote", () => {
  const wanted = ["http://shop.test/api/*", "http://shop.test/hook"];
  const text = siteText(api);
  assertEquals([siteAddresses(text), addresses(api), sharedAddresses(text)], [wanted, wanted, wanted]);
  assertEquals(sharedAddresses(siteText(spec)), []);
});

Deno.test("sharedTls() gives the TLS settings of a site that shares domains, your own certificates alike", () => {
  const tls = (one: SiteSpec["tls"]) => sharedTls(siteText({ ...api, tls: one }));
  assertEquals([tls(off), tls({ kind: "internal" }), sharedTls(siteText(spec))], [
    "",
    "\ttls internal\n",
    undefined,
  ]);
});

Deno.test("shareDomains() makes the shared domains of all site files, or of all but one", async () => {
  await using place = await playground();
  await withSites(place, shop, api, { ...spec, app: "blog" });
  await place.run(shareDomains(sitesDir));
  assertEquals(await place.read(sharedFile), both);
  assertEquals([isShared("api", siteText(api), both), isShared("shop", siteText(shop), both)], [true, true]);
  await place.run(shareDomains(sitesDir, "api"));
  const without = await place.read(sharedFile);
  assertEquals(without, both.replace("api-tls", "shop-tls").replace("\timport alcaide_api-paths\n", ""));
  assertEquals([isShared("api", siteText(api), without), isShared("api", siteText(spec), both)], [
    false,
    false,
  ]);
  assertEquals(isShared("blog", siteText(spec), both), true);
});

Deno.test("shareDomains() removes the file when no app shares a domain", async () => {
  await using place = await playground();
  await withSites(place, { ...spec, app: "blog" });
  await place.write(sharedFile, both);
  assertEquals([(await place.run(shareDomains(sitesDir))).code, await place.names(sitesDir)], [0, [
    "blog.caddy",
  ]]);
});

/** A place whose Caddy takes everything, and whose reload may fail. */
async function served(reload = "exit 0"): Promise<Playground> {
  const place = await playground();
  await place.write(caddyfile, `${importLine}\n`);
  await place.write("/usr/local/bin/caddy", "#!/bin/sh\nexit 0\n", 0o755);
  await place.program("service", reload);
  await place.program("pgrep", "echo 700");
  return place;
}

Deno.test("applySite() brings the shared domains along, and back when the reload fails", async () => {
  await using place = await served();
  await withSites(place, shop);
  assertEquals((await place.run(applySite("api", siteText(api), { shared: true }))).code, 0);
  assertEquals(await place.read(sharedFile), both);
  await place.program("service", "echo no; exit 1");
  const whole = siteText({ ...spec, app: "api" });
  assertEquals((await place.run(applySite("api", whole, { shared: true }))).code, 1);
  assertEquals([await place.read(sharedFile), (await place.read(file("api")))?.includes("# paths: /api/*")], [
    both,
    true,
  ]);
});

Deno.test("removeSite() leaves the other apps of a shared domain, and nothing behind the last", async () => {
  await using place = await served();
  await withSites(place, shop, api);
  await place.run(shareDomains(sitesDir));
  assertEquals((await place.run(removeSite("api"))).code, 0);
  assertEquals(
    [isShared("shop", siteText(shop), await place.read(sharedFile)), await place.names(sitesDir)],
    [
      true,
      ["shop.caddy", "~shared.caddy"],
    ],
  );
  assertEquals((await place.run(removeSite("shop"))).code, 0);
  assertEquals(await place.names(sitesDir), []);
});

Deno.test({
  name: `a real Caddy takes the shared domains at each step of a change${skipped}`,
  ignore: caddy === undefined,
  fn: async () => {
    await using place = await playground();
    const tls = { kind: "internal" } as const;
    await withSites(place, { ...shop, tls, caddy: version }, { ...api, tls, caddy: version });
    for (const without of ["api", undefined]) {
      await place.run(shareDomains(sitesDir, without));
      const text = `{\n\tadmin off\n}\nimport ${place.at(sitesDir)}/*.caddy\n`;
      assertEquals(await caddyObjection(caddy ?? "", place.root, text), "");
    }
  },
});

Deno.test({
  name: `a real Caddy gives each path of a shared domain to its app, the longer path first${skipped}`,
  ignore: caddy === undefined,
  fn: async () => {
    await using place = await playground();
    await using stack = new AsyncDisposableStack();
    const listening = (name: string) => {
      const serve = Deno.serve(
        { port: 0, hostname: "127.0.0.1", onListen: () => {} },
        ({ url }) => new Response(`${name} ${new URL(url).pathname}`),
      );
      stack.defer(() => serve.shutdown());
      return `127.0.0.1:${serve.addr.port}`;
    };
    const specs = [
      { ...shop, paths: ["/api/v2/*", "/site/*"], green: listening("shop"), caddy: version },
      { ...api, paths: ["/api/*"], green: listening("api"), caddy: version },
    ];
    await withSites(place, ...specs);
    await place.run(shareDomains(sitesDir));
    const port = freePort();
    const all = ["api", "shop", "~shared"].map((name) => place.read(file(name)));
    const text = (await Promise.all(all)).join("").replaceAll(/http:\/\/(\w+\.test) /g, `http://$1:${port} `)
      .replaceAll(":2020", `:${freePort()}`);
    stack.use(await runCaddy(caddy ?? "", place.root, `{\n\tadmin off\n\tauto_https off\n}\n${text}`));
    const ask = async (path: string): Promise<string> => {
      for (let tries = 0; tries < 1000; tries++) {
        try {
          using connection = await Deno.connect({ port, hostname: "127.0.0.1" });
          const request = `GET ${path} HTTP/1.1\r\nHost: shop.test:${port}\r\nConnection: close\r\n\r\n`;
          await connection.write(new TextEncoder().encode(request));
          const answer = await new Response(connection.readable).text();
          return `${answer.split(" ")[1]} ${answer.split("\r\n\r\n")[1]}`;
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      }
      return "nobody listens";
    };
    assertEquals(await Promise.all(["/api/users", "/api", "/api/v2/x", "/site/", "/apix", "/"].map(ask)), [
      "200 api /users",
      "200 api /",
      "200 shop /api/v2/x",
      "200 shop /site/",
      "404 ",
      "404 ",
    ]);
  },
});
