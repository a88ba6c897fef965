import { assertEquals, assertRejects } from "@std/assert";
import { AlcaideError, UsageError } from "../../lib/core/error.ts";
import { console as open } from "../../tasks/console.ts";
import { fakeContext } from "../fake/context.ts";
import { copyModel } from "../fake/model.ts";
import { fakeServer } from "../fake/server.ts";
import { serverAfter } from "../lib/deploy/deploying.ts";

const once = await serverAfter(1);

Deno.test("console() runs what the configuration says in the live jail", async () => {
  const server = fakeServer({ model: copyModel(once) });
  const ctx = fakeContext({ servers: [server], config: { console: "bin/shop remote" } });
  const status = await open(ctx);
  const output = ctx.ui.events.flatMap((event) => (event.type === "output" ? [event.text] : []));
  assertEquals([status, output], [0, ["ran bin/shop remote\n"]]);
});

Deno.test("console() says when the configuration names none", async () => {
  const error = await assertRejects(() => open(fakeContext()), AlcaideError);
  assertEquals([error.message, error.hint], [
    "Cannot open a console: the configuration names none",
    'Set console to a command, such as "bin/shop remote"; phoenix() and elixir() bring one',
  ]);
});

Deno.test("console() takes one server", async () => {
  const servers = [fakeServer({ name: "one" }), fakeServer({ name: "two" })];
  const ctx = fakeContext({ servers, config: { console: "bin/shop remote" }, options: { server: "all" } });
  await assertRejects(() => open(ctx), UsageError, "Cannot open a console on several servers at once");
});
