// A canary in a site file: its lines, and how a real Caddy goes by them.

import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import {
  canaryIn,
  type CanarySpec,
  withCanary,
  withoutCanary,
} from "../../../../lib/commands/caddy/canary.ts";
import { admitCanary, dismissCanary, pauseApp, switchLive } from "../../../../lib/commands/live.ts";
import { answersLog, liveRoot } from "../../../../lib/commands/paths.ts";
import { type SiteSpec, siteText } from "../../../../lib/commands/caddy/site.ts";
import { AlcaideError } from "../../../../lib/core/error.ts";
import { caddyObjection, runCaddy } from "../../../caddy.ts";
import { playground } from "../../../playground.ts";
import { freePort } from "../../transport/ssh/sshd.ts";
import { caddy, rules, skipped, spec, version } from "./sites.ts";

const canary: CanarySpec = {
  ...{ app: "shop", slot: "green", release: "8-1a2b3c4", share: { percent: 10 } },
  ...{ upstream: "10.66.0.3:5001", live: spec.blue },
};

const { basicAuth: _, ...others } = rules;
const forms: Readonly<Record<string, Partial<SiteSpec>>> = {
  plain: {},
  "with a log": { log: true },
  "with sockets": { sockets: true },
  "with rules": { proxy: { ...others, basicAuth: {} }, redirects: ["old.example.com"] },
  "without a domain": { domains: [], tls: { kind: "off" }, log: true, sockets: true },
};

for (const [name, changes] of Object.entries(forms)) {
  for (const share of [{ percent: 10 }, { percent: 100 }, { cookie: "beta" }]) {
    const said = Object.values(share)[0];
    const site = siteText({ ...spec, caddy: version ?? spec.caddy, ...changes });
    const text = withCanary(site, { ...canary, share });
    Deno.test(`a canary of ${said} comes into a site ${name}, and goes without a trace`, () => {
      assertEquals(withoutCanary(text), site);
      assertEquals(withCanary(text, { ...canary, share }), text);
      assertEquals(canaryIn(text), { slot: "green", release: "8-1a2b3c4", share });
      assertEquals([canaryIn(site), canaryIn(undefined)], [undefined, undefined]);
    });
    Deno.test({
      name: `Caddy takes a site ${name} with a canary of ${said}${skipped}`,
      ignore: caddy === undefined,
      fn: async () => {
        await using place = await playground();
        const there = text.replaceAll("/var/log/caddy", place.root);
        assertEquals(await caddyObjection(caddy ?? "", place.root, `{\n\tauto_https off\n}\n${there}`), "");
      },
    });
  }
}

Deno.test("a canary stands before the live release, which takes its place when it is down", () => {
  const text = withCanary(siteText({ ...spec, sockets: true }), canary);
  assertStringIncludes(text, "# canary: begin\n# canary: green 8-1a2b3c4 10%\n# canary: end\n");
  assertStringIncludes(text, 'expression `{alcaide_shop_draw} < "199a"`');
  assertMatch(
    text,
    /\n\t\treverse_proxy 10\.66\.0\.3:5001 10\.66\.0\.2:4000 \{\n\t\t\tlb_policy first\n\t\t\tfail_duration 10s\n\t\t\tlb_try_duration 5s\n/,
  );
  assertMatch(
    text,
    /\n\t\treverse_proxy @alcaide_shop_canary_sockets tcp\/10\.66\.0\.3:5001 tcp\/10\.66\.0\.2:4000 \{\n/,
  );
  assertMatch(text, /keepalive 500ms\n\t\t\t\tdial_timeout 1s\n/);
  const log = /\tlog \{\n[^]*?\n\t\}\n/.exec(text)?.[0] ?? "";
  assert(log.includes("uuid delete") && log.includes("request delete") && !log.includes("user_id"), log);
});

Deno.test("withCanary() refuses a site file that somebody changed", () => {
  const error = assertThrows(
    () => withCanary(siteText(spec).replaceAll(spec.blue, "10.1.1.1:1"), canary),
    AlcaideError,
  );
  assertEquals(
    error.message,
    "Cannot give visitors to 8-1a2b3c4: the site file of shop is not as Alcaide makes it",
  );
  assertEquals(error.hint, '"alcaide repair" writes it anew');
});

/** Two apps behind a Caddy, green as the canary; the canary may be down. */
async function serving(share: CanarySpec["share"], { down = false } = {}) {
  const stack = new AsyncDisposableStack();
  const place = stack.use(await playground());
  const apps = ["blue", "green"].map((colour) =>
    Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {} },
      (request) => new Response(colour, { status: new URL(request.url).pathname === "/broken" ? 500 : 200 }),
    )
  );
  for (const app of apps) stack.defer(() => app.shutdown());
  const [blue = "", green = ""] = apps.map(({ addr }) => `127.0.0.1:${addr.port}`);
  const upstream = down ? `127.0.0.1:${freePort()}` : green;
  const port = freePort();
  const site = siteText({ ...spec, blue, green, domains: [], tls: { kind: "off" }, caddy: version });
  const text = withCanary(site, { ...canary, share, upstream, live: blue }).replaceAll(
    liveRoot,
    place.at(liveRoot),
  )
    .replace("\nhttp:// {", `\nhttp://:${port} {`).replace(":2020", `:${freePort()}`)
    .replaceAll("/var/log/caddy", place.root);
  await place.run(switchLive("shop", { slot: "blue", release: "7-1a2b3c4" }));
  await place.run(admitCanary("shop", canary.release));
  stack.use(await runCaddy(caddy ?? "", place.root, `{\n\tadmin off\n\tauto_https off\n}\n${text}`));
  const client = stack.use(Deno.createHttpClient({ poolMaxIdlePerHost: 8 }));
  const ask = async (headers: Record<string, string> = {}, path = "/") => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { client, headers });
    return { colour: await answer.text(), cookie: answer.headers.get("set-cookie")?.split(";")[0] };
  };
  for (let tries = 0; tries < 1000; tries++) {
    if (await ask({ "X-Alcaide-Probe": spec.token }).then(() => true, () => false)) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const log = () => Deno.readTextFile(answersLog("shop").replace("/var/log/caddy", place.root));
  const pause = () => place.run(pauseApp("shop", "back soon"));
  const dismiss = () => place.run(dismissCanary("shop"));
  return { ask, upstream, blue, log, pause, dismiss, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

Deno.test({
  name: `a tenth of fresh visitors gets the canary, and each visitor stays where it is${skipped}`,
  ignore: caddy === undefined,
  fn: async () => {
    await using site = await serving({ percent: 10 });
    const fresh: Awaited<ReturnType<typeof site.ask>>[] = [];
    for (let i = 0; i < 100; i++) {
      fresh.push(...await Promise.all(Array.from({ length: 10 }, () => site.ask())));
    }
    const lucky = fresh.filter(({ colour }) => colour === "green");
    assert(lucky.length > 50 && lucky.length < 160, `${lucky.length}`);
    for (const { colour, cookie = "" } of [...lucky.slice(0, 5), ...fresh.slice(0, 5)]) {
      assertMatch(cookie, /^alcaide_shop_8=[0-9a-f]{4}$/);
      assertEquals(await site.ask({ cookie: `a=b; ${cookie}` }), { colour, cookie: undefined });
    }
    assertEquals(
      (await site.ask({ cookie: "alcaide_shop_8=0000", "X-Alcaide-Probe": spec.token })).colour,
      "blue",
    );
    assertMatch(
      (await site.ask({ cookie: "alcaide_shop_8=nonsense" })).cookie ?? "",
      /^alcaide_shop_8=[0-9a-f]{4}$/,
    );
    await site.ask({ cookie: "alcaide_shop_8=0000" }, "/broken");
    await site.dismiss();
    assertEquals((await site.ask({ cookie: "alcaide_shop_8=0000" })).colour, "blue");
    await site.pause();
    assertEquals((await site.ask({ cookie: "alcaide_shop_8=0000" })).colour.trim(), "back soon");
    const lines = (await site.log()).trim().split("\n").map((line) => JSON.parse(line));
    const canaries = lines.filter(({ user_id }) => user_id === site.upstream);
    assertEquals(canaries.filter(({ status }) => status === 500).length, 1);
    assert(canaries.length >= lucky.length);
    assertEquals(
      [...new Set(lines.map(({ user_id }) => user_id))].sort(),
      ["", site.blue, site.upstream].sort(),
    );
    assertEquals(Object.keys(lines[0]).filter((key) => /uuid|request|headers/.test(key)), []);
  },
});

Deno.test({
  name: `visitors with the cookie get the canary; when it is down, the live release answers them${skipped}`,
  ignore: caddy === undefined,
  fn: async () => {
    await using site = await serving({ cookie: "beta" });
    assertEquals((await site.ask()).colour, "blue");
    assertEquals((await site.ask({ cookie: "alphabeta=1" })).colour, "blue");
    assertEquals((await site.ask({ cookie: "a=1; beta=1" })).colour, "green");
    await using broken = await serving({ percent: 100 }, { down: true });
    assertEquals([(await broken.ask()).colour, (await broken.ask()).colour], ["blue", "blue"]);
    assertStringIncludes(await broken.log(), `"user_id":"${broken.blue}"`);
  },
});
