import { assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { showConfig } from "../../../lib/config/show.ts";
import { secret } from "../../../lib/core/secret.ts";
import { cert, key, resolve } from "./base.ts";

Deno.test("showConfig() masks secrets in text and data", () => {
  const { text, value } = showConfig(resolve({ env: { KEY: secret("hunter2"), A: "1" } }));
  assertFalse((text + JSON.stringify(value)).includes("hunter2"));
  assertStringIncludes(text, "env.KEY           [secret]");
  assertEquals((value as { env: unknown }).env, { KEY: "[secret]", A: "1", PORT: "4000" });
});

Deno.test("showConfig() says where certificates come from, and nothing of a key", () => {
  const shown = showConfig(resolve({ domain: "a.org", redirects: "www.a.org", tls: { cert, key } }));
  assertStringIncludes(
    shown.text,
    "redirects         www.a.org\ntls               a certificate of your own\n",
  );
  assertEquals((shown.value as { tls: unknown }).tls, { kind: "own", cert: "[secret]", key: "[secret]" });
});

Deno.test("showConfig() keeps every value on one line", () => {
  const { text } = showConfig(resolve({ env: { A: "one\nkeep  99", B: "" } }));
  assertStringIncludes(text, 'env.A             "one\\nkeep  99"\n');
  assertStringIncludes(text, 'env.B             ""\n');
});

Deno.test("showConfig() says how each server is reached", () => {
  const { text } = showConfig(resolve({ server: ["a", { host: "b", user: "me", become: "sudo" }] }));
  assertStringIncludes(text, "server[0]         a\n");
  assertStringIncludes(text, "server[1]         b (user me, become sudo)\n");
});

Deno.test("showConfig() shows both kinds of build", () => {
  const { text } = showConfig(
    resolve({ build: { command: "make", result: "out" }, health: { status: 204 } }),
  );
  assertStringIncludes(text, "build.command     make\nbuild.result      /home/me/shop/out\n");
  assertStringIncludes(text, "health.status     204\n");
});
