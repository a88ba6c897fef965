// A site in a real Caddy.

import { assetsRoot, liveRoot } from "../../../../lib/commands/paths.ts";
import { type SiteSpec, siteText } from "../../../../lib/commands/caddy/site.ts";
import { runCaddy } from "../../../caddy.ts";
import type { Playground } from "../../../playground.ts";
import { freePort } from "../../transport/ssh/sshd.ts";
import { caddy, spec, version } from "./sites.ts";

/** A running Caddy with our site, two apps behind it, and their jails' colours as answers; or another in place of the first. */
export async function running(
  place: Playground,
  instead?: string,
  changes: Partial<SiteSpec> = {},
) {
  const stack = new AsyncDisposableStack();
  const apps = ["blue", "green"].map((colour) =>
    Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
      const proto = request.headers.get("x-forwarded-proto");
      const seen = proto === "https" ? ` over https for ${request.headers.get("x-forwarded-for")}` : "";
      await request.text();
      return new Response(`${colour}${seen}`, { headers: { "x-frame-options": "SAMEORIGIN" } });
    })
  );
  for (const app of apps) stack.defer(() => app.shutdown());
  const [blue, green] = apps.map(({ addr }) => `127.0.0.1:${addr.port}`);
  const [site, probe, asking] = [freePort(), freePort(), freePort()];
  const wanted = { blue: instead ?? blue ?? "", green: green ?? "", ...changes };
  const text = textOf(place, wanted, { site, probe, asking });
  stack.use(await runCaddy(caddy ?? "", place.root, `{\n\tadmin off\n\tauto_https off\n}\n${text}`));
  const ask = async (port: number, headers: Record<string, string>, path = "/") => {
    const response = await answerAt(port, path, headers);
    return `${response.status} ${response.headers.get("x-alcaide-release")} ${await response.text()}`;
  };
  const bearing = { "x-alcaide-probe": spec.token };
  return {
    ask: (path?: string, method = "GET") => ask(site, { method }, path),
    answer: (headers: Record<string, string>, path = "/") => answerAt(site, path, headers),
    asked: (domain: string) => ask(asking, {}, `/?domain=${domain}`),
    bearing: () => ask(site, bearing),
    live: () => ask(probe, { ...bearing, host: "shop.alcaide.internal" }, "/.alcaide/live"),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** The text of the site, at a playground's paths and at ports of its own. */
function textOf(
  place: Playground,
  changes: Partial<SiteSpec>,
  ports: Record<"site" | "probe" | "asking", number>,
) {
  return siteText({ ...spec, domains: [], tls: { kind: "off" }, caddy: version, ...changes })
    .replaceAll(liveRoot, place.at(liveRoot))
    .replaceAll(assetsRoot, place.at(assetsRoot))
    // Nothing here may listen on port 443.
    .replace(/^(shop\.example\.com|https:\/\/) \{\n[^]*?^\}\n/gm, "")
    .replace("\nhttp:// {", `\nhttp://:${ports.site} {`)
    .replace(":2020", `:${ports.probe}`)
    .replace(":2021", `:${ports.asking}`);
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
