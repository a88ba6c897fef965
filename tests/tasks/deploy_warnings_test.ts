// Warnings of a deploy, and its questions about domains.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { wrongs } from "../fake/model.ts";
import { fakeServer } from "../fake/server.ts";
import { deployTo } from "../lib/deploy/deploying.ts";
import { live } from "./deploying.ts";

Deno.test("deploy() says that the app will resolve no names", async () => {
  const server = fakeServer();
  server.model.resolvers = ["127.0.0.1"];
  const { ctx } = await deployTo(server);
  const warned = ctx.ui.events.flatMap((event) => (event.type === "warning" ? [event.text] : []));
  assertEquals(warned.length, 1);
  assertStringIncludes(
    warned[0] ?? "",
    "names only 127.0.0.1, which a jail can't reach. Set jail.nameservers",
  );
});

for (
  const [how, answer, yes] of [
    ["without a terminal", undefined, false],
    ["when the answer is no", false, false],
    ["when the answer is yes", true, true],
  ] as const
) {
  Deno.test(`deploy() ${yes ? "drops" : "keeps"} a domain ${how}`, async () => {
    const server = fakeServer();
    const off = { tls: "off" } as const;
    await deployTo(server, { config: { ...off, domain: ["a.test", "b.test"] } });
    const more = answer === undefined ? {} : { answer };
    const { ctx, error } = await deployTo(server, { config: { ...off, domain: "a.test" }, ...more });
    assertEquals(live(server.model), yes ? "2-1a2b3c4" : "1-1a2b3c4");
    const question = "shop will no longer answer to b.test on root@203.0.113.7. Go on?";
    assertStringIncludes(answer === undefined ? `${error}` : ctx.ui.questions.join(), question);
    if (answer === false) {
      assertStringIncludes(`${error}`, "Cannot take b.test on root@203.0.113.7 away from shop");
    }
  });
}

Deno.test("deploy() warns of an app that does nothing but redirect to HTTPS where TLS is off", async () => {
  const server = fakeServer();
  server.illness = () => "redirect https://shop.test/";
  const { ctx, error } = await deployTo(server, { config: { domain: "shop.test", tls: "off" } });
  assertEquals([error, live(server.model)], [undefined, "1-1a2b3c4"]);
  assertStringIncludes(
    ctx.ui.text(),
    "the app only redirects to https://shop.test/, the same address",
  );
  assertStringIncludes(ctx.ui.text(), "in Phoenix: force_ssl");
});

Deno.test("deploy() warns when git can't tell the commit", async () => {
  const asked = {
    code: 128,
    stdout: "",
    stderr: "fatal: detected dubious ownership in repository at '/src'",
  };
  const { ctx, error } = await deployTo(fakeServer(), {
    local: (script) => script.includes("git status --porcelain") ? asked : undefined,
  });
  assertEquals(error, undefined);
  assertStringIncludes(
    ctx.ui.text(),
    "Cannot tell which commit 1-none is of: git does not trust /src, which belongs to another user",
  );
});

Deno.test("deploy() serves domains with certificates", async () => {
  const server = fakeServer();
  const { error } = await deployTo(server, { config: { domain: ["shop.example.com", "www.example.com"] } });
  assertEquals([error, live(server.model), wrongs(server.model, "shop")], [undefined, "1-1a2b3c4", []]);
});
