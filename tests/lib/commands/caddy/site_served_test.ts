// A site as a real Caddy serves it.

import { assertEquals } from "@std/assert";
import { blueLink, liveDir } from "../../../../lib/commands/paths.ts";
import { linkLive, pauseApp, resumeApp, switchLive } from "../../../../lib/commands/live.ts";
import { siteText } from "../../../../lib/commands/caddy/site.ts";
import { playground } from "../../../playground.ts";
import { running } from "./running_site.ts";
import { caddy, rules, skipped, spec } from "./sites.ts";

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
    assertEquals(await place.names(liveDir("shop")), [blueLink, "green-8-1a2b3c4"]);
  },
});

Deno.test({
  name: `siteText() names no release that it does not serve${skipped}`,
  ignore: caddy === undefined,
  fn: async () => {
    await using place = await playground();
    // As an older version left it, or somebody's hand.
    await place.write(`${liveDir("shop")}/blue-7-1a2b3c4`, "");
    await using site = await running(place);
    assertEquals([await site.bearing(), await site.live()], ["200 null green", "204 null "]);
    await place.run(linkLive("shop"));
    assertEquals([await site.bearing(), await site.live()], [
      "200 /blue-7-1a2b3c4 blue",
      "204 /blue-7-1a2b3c4 ",
    ]);
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

Deno.test({
  name: `siteText() lets a real Caddy go by all rules, in their order${skipped}`,
  ignore: caddy === undefined,
  fn: async () => {
    await using place = await playground();
    await place.run(switchLive("shop", { slot: "blue", release: "7-1a2b3c4" }));
    await using site = await running(place, undefined, { proxy: rules });
    const authorization = `Basic ${btoa("ann:hunter2")}`;
    const told = async (headers: Record<string, string>, path?: string) => {
      const answer = await site.answer(headers, path);
      return [answer.status, await answer.text(), answer.headers.get("x-frame-options")];
    };
    const xframe = 'D "E" {x}';
    assertEquals((await told({}))[0], 401);
    assertEquals((await told({ authorization: `Basic ${btoa("ann:hunter3")}` }))[0], 401);
    assertEquals(await told({ authorization }), [200, "blue", xframe]);
    const forwarded = { "x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.9" };
    assertEquals(await told({ authorization, ...forwarded }), [
      200,
      "blue over https for 203.0.113.9, 127.0.0.1",
      xframe,
    ]);
    assertEquals(await told({ authorization }, "/before/x"), [200, "before", xframe]);
    assertEquals((await told({ authorization, "sec-websocket-version": "13" }))[0], 403);
    assertEquals((await told({ authorization, upgrade: "WebSocket" }))[0], 403);
    assertEquals(await site.bearing(), "200 /blue-7-1a2b3c4 blue");
    assertEquals(await site.live(), "204 /blue-7-1a2b3c4 ");
    const answer = await site.answer({ authorization });
    assertEquals(answer.headers.get("server"), null);
  },
});

Deno.test({
  name: `siteText() lets a real Caddy refuse addresses before passwords, but no request of ours${skipped}`,
  ignore: caddy === undefined,
  fn: async () => {
    await using place = await playground();
    await place.run(switchLive("shop", { slot: "blue", release: "7-1a2b3c4" }));
    const proxy = { ...rules, allow: ["203.0.113.0/24"], trustedProxies: [] };
    await using site = await running(place, undefined, { proxy });
    assertEquals([(await site.answer({})).status, await site.bearing()], [403, "200 /blue-7-1a2b3c4 blue"]);
    const forwarded = await site.answer({ "x-forwarded-for": "203.0.113.9" });
    assertEquals(forwarded.status, 403);
  },
});

Deno.test("siteText() says so where Caddy knows how", () => {
  const has = (one: string) => siteText({ ...spec, caddy: one }).includes("lb_retry_match expression false");
  assertEquals([has("2.5.2"), has("2.6.2"), has("2.10.2")], [false, true, true]);
});
