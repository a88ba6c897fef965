// Warnings of a deploy, and its questions about domains.

import { assertEquals, assertInstanceOf, assertStringIncludes } from "@std/assert";
import { AlcaideError, type StepError } from "../../lib/core/error.ts";
import { recordOf, wrongs } from "../fake/model.ts";
import { fakeServer } from "../fake/server.ts";
import { deployTo, rollBack } from "../lib/deploy/deploying.ts";
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

Deno.test("deploy() says that the old release had to be killed", async () => {
  const server = fakeServer();
  await deployTo(server);
  server.illness = (release) => release.startsWith("1-") ? "stubborn" : undefined;
  const { ctx, error } = await deployTo(server);
  assertEquals([error, live(server.model)], [undefined, "2-1a2b3c4"]);
  assertStringIncludes(
    ctx.ui.text(),
    "root@203.0.113.7: the old release did not end when it was asked to, and was killed after 30 s",
  );
  assertStringIncludes(ctx.ui.text(), "Raise stopTimeout, or let the app end when it gets SIGTERM");
});

Deno.test("deploy() refuses limits that would not be in force; a rollback to a release with them warns", async () => {
  const server = fakeServer();
  const limited = { config: { limits: { memory: "512M", processes: 50 }, stopTimeout: 60 } };
  const { error } = await deployTo(server, limited);
  assertEquals(live(server.model), undefined);
  assertStringIncludes(
    `${error}`,
    "Cannot use root@203.0.113.7: limits can't be in force, for the server's kernel does not count what jails use",
  );
  server.model.counts = true;
  const first = await deployTo(server, limited);
  assertEquals(first.error, undefined);
  const conf = server.model.files.get("/usr/local/etc/alcaide/jails/shop_blue.conf") ?? "";
  assertStringIncludes(conf, "memoryuse:deny=536870912");
  assertStringIncludes(conf, "stop.timeout = 60;");
  const { config } = recordOf(server.model, "shop", "1-1a2b3c4") ?? {};
  assertEquals([config?.stopTimeout, config?.limits], [60, { memory: 2 ** 29, processes: 50 }]);
  server.model.counts = false;
  await deployTo(server);
  const { ctx, error: refused } = await rollBack(server);
  assertEquals([refused, live(server.model)], [undefined, "1-1a2b3c4"]);
  assertStringIncludes(ctx.ui.text(), "root@203.0.113.7: limits can't be in force");
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

Deno.test("deploy() refuses an app that does nothing but redirect to HTTPS, unless a balancer is trusted", async () => {
  const server = fakeServer();
  server.illness = () => "redirect";
  const off = { domain: "shop.test", tls: "off" } as const;
  const { error } = await deployTo(server, { config: off });
  assertEquals(live(server.model), undefined);
  const { cause } = error as StepError;
  assertInstanceOf(cause, AlcaideError);
  assertStringIncludes(cause.hint ?? "", "name the balancer that ends TLS in proxy.trustedProxies");
  const trusting = await deployTo(server, { config: { ...off, proxy: { trustedProxies: "10.0.0.0/8" } } });
  assertEquals([trusting.error, live(server.model)], [undefined, "2-1a2b3c4"]);
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
