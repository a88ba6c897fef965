// Assets and Caddy's questions, as a real Caddy serves and asks them.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { releaseAssets } from "../../../../lib/commands/assets.ts";
import { pauseApp, switchLive } from "../../../../lib/commands/live.ts";
import { assetsRoot } from "../../../../lib/commands/paths.ts";
import { playground } from "../../../playground.ts";
import { running } from "./running_site.ts";
import { caddy, rules, skipped } from "./sites.ts";

Deno.test({
  name:
    `siteText() lets a real Caddy serve assets of the live release, then of the newest that has them${skipped}`,
  ignore: caddy === undefined,
  fn: async () => {
    await using place = await playground();
    const put = (release: string, name: string, text: string) =>
      place.write(`${releaseAssets("shop", release)}/assets/${name}`, text);
    for (const release of ["9-a", "10-b", "11-c"]) await put(release, "app.css", release);
    await put("9-a", "old.js", "old of 9");
    await put("10-b", "old.js", "old of 10");
    await put("11-c", "new.js", "new");
    await put("11-c", "a b?%20[1]/x.js", "odd");
    await put("9-a", "app.css.gz", "packed");
    await place.write(`${assetsRoot}/shop/.new/assets/half.js`, "half");
    await place.run(switchLive("shop", { slot: "green", release: "9-a" }));
    await using site = await running(place, undefined, { assets: "/assets" });
    const css = () => site.ask("/assets/app.css");
    assertEquals([await css(), await site.ask("/assets/old.js"), await site.ask("/assets/new.js")], [
      "200 null 9-a",
      "200 null old of 9",
      "200 null new",
    ]);
    assertEquals(await site.ask("/assets/a%20b%3F%2520%5B1%5D/x.js"), "200 null odd");
    const packed = await site.answer({ "accept-encoding": "gzip" }, "/assets/app.css");
    assertEquals([packed.headers.get("content-encoding"), await packed.text()], ["gzip", "packed"]);
    await place.run(switchLive("shop", { slot: "blue", release: "10-b" }));
    assertEquals([await css(), await site.ask("/assets/old.js")], ["200 null 10-b", "200 null old of 10"]);
    const none = [
      "/assets/none.js",
      "/assets/half.js",
      "/assets",
      "/assets/",
      "/assets/a%20b%3F%2520%5B1%5D",
      "/x",
    ];
    for (const path of [...none, "/assets/../.alcaide", "/assets/%2e%2e/%2e%2e/.alcaide", "/assets/*.js"]) {
      assertEquals([path, await site.ask(path)], [path, "200 null blue"]);
    }
    assertEquals([await site.ask("/assets/new.js", "POST"), await site.bearing()], [
      "200 null blue",
      "200 /blue-10-b blue",
    ]);
    // A page in place of the app may have its styles, and nothing else passes it.
    await place.run(pauseApp("shop", "closed\n"));
    assertEquals([await css(), await site.ask("/assets/none.js"), await site.ask()], [
      "200 null 10-b",
      "503 null closed\n",
      "503 null closed\n",
    ]);
  },
});

Deno.test({
  name: `siteText() lets a real Caddy ask the live release about names that may have a certificate${skipped}`,
  ignore: caddy === undefined,
  fn: async () => {
    await using place = await playground();
    await place.run(switchLive("shop", { slot: "blue", release: "7-1a2b3c4" }));
    const seen: string[] = [];
    await using app = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {} },
      ({ url, headers }) => {
        seen.push(
          `${headers.get("x-forwarded-proto")}://${headers.get("host")}${new URL(url).pathname}${
            new URL(url).search
          }`,
        );
        return new Response("", { status: url.endsWith("=mine.example.org") ? 200 : 404 });
      },
    );
    const tls = { kind: "internal", ask: "/allowed" } as const;
    const changes = { tls, proxy: rules, domains: ["shop.example.com"] };
    await using site = await running(place, `127.0.0.1:${app.addr.port}`, changes);
    const status = async (domain: string) => Number((await site.asked(domain)).slice(0, 3));
    await place.run(pauseApp("shop", "closed"));
    assertEquals([await status("mine.example.org"), await status("xn--4ca.example.org")], [200, 404]);
    assertEquals(seen, [
      "https://shop.example.com/allowed?domain=mine.example.org",
      "https://shop.example.com/allowed?domain=xn--4ca.example.org",
    ]);
    for (
      const name of [
        "10.0.0.1",
        "localhost",
        "a.b.c.d.e.org",
        "%2a.example.org",
        "A.example.org",
        "a..org",
        "",
      ]
    ) {
      assertEquals([name, await status(name)], [name, 403]);
    }
    assertEquals(seen.length, 2);
    await place.run(switchLive("shop", { slot: "green", release: "8-1a2b3c4" }));
    assertStringIncludes(await site.asked("no.example.org"), "200 /green-8-1a2b3c4 green over https for ");
  },
});
