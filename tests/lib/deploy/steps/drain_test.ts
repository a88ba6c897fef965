import { assertEquals } from "@std/assert";
import { drain } from "../../../../lib/deploy/steps/drain.ts";
import { fakeServer } from "../../../fake/server.ts";
import { fakeContext } from "../../../fake/context.ts";
import { copyModel } from "../../../fake/model.ts";
import { resolve } from "../../config/base.ts";
import { deployTo, serverAfter } from "../deploying.ts";

/** The words of the step about lines that its script prints. */
async function saidOf(drains: { requests: number; sockets: number }, ...lines: readonly string[]) {
  const ctx = fakeContext({ config: {}, servers: [fakeServer()] });
  const previous = { jail: { ip4: "10.66.0.2" }, port: 4000, declared: { start: "bin/shop" } };
  const view = { ctx, plan: { config: resolve({ drain: drains }) }, server: { name: "box" }, previous };
  const [part] = await drain.script?.(view as never) ?? [];
  for (const line of lines) part?.onLine?.(line);
  return ctx.ui.events.map((event) => "text" in event ? `${event.type}: ${event.text}` : event.type);
}

Deno.test("drain says what is left on the way, and what is cut at the end", async () => {
  assertEquals(await saidOf({ requests: 30, sockets: 300 }, "draining 1 200", "draining 0 2", "left 0 1"), [
    "line: 1 connection and 200 sockets to the old release still open",
    "line: 2 sockets to the old release still open",
    "info: box: 1 socket to the old release cut after 300 s",
  ]);
  assertEquals(await saidOf({ requests: 30, sockets: 30 }, "draining 2 0", "left 2 0", "else"), [
    "line: 2 connections to the old release still open",
    "warning: box: 2 connections to the old release still open after 30 s",
  ]);
  assertEquals(await saidOf({ requests: 30, sockets: 300 }, "left 0 0"), []);
});

Deno.test("a site counts sockets apart only where they have a time of their own", async () => {
  const model = await serverAfter(1);
  const siteWith = async (drain: { requests: number; sockets: number }) => {
    const server = fakeServer({ model: copyModel(model) });
    assertEquals((await deployTo(server, { config: { drain } })).error, undefined);
    return server.model.files.get("/usr/local/etc/caddy/conf.d/alcaide/shop.caddy");
  };
  const site = model.files.get("/usr/local/etc/caddy/conf.d/alcaide/shop.caddy");
  assertEquals(await siteWith({ requests: 5, sockets: 5 }), site);
  assertEquals(
    (await siteWith({ requests: 5, sockets: 6 }))?.includes("reverse_proxy @alcaide_shop_blue_sockets tcp/"),
    true,
  );
});
