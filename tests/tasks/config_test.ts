import { assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { resolveConfig } from "../../lib/config/resolve.ts";
import { secret } from "../../lib/core/secret.ts";
import { secrets } from "../../lib/secrets/mod.ts";
import { secretText } from "../../lib/secrets/reference.ts";
import { memoryUi } from "../fake/memory_ui.ts";
import { config } from "../../tasks/config.ts";
import type { Context } from "../../lib/task/context.ts";

Deno.test("config prints the whole configuration, without secrets", async () => {
  const ui = memoryUi();
  const value = { app: "shop", server: "a", build: { prebuilt: "x" }, env: { KEY: secret("hunter2") } };
  await config({ ui, config: resolveConfig(value, { directory: "/x" }) } as unknown as Context);
  assertStringIncludes(ui.results[0] ?? "", "keep              5\n");
  assertFalse(ui.text().includes("hunter2"));
  assertEquals(ui.events.map((event) => event.type), ["result"]);
});

Deno.test("config warns of a secret that stands in a URL as it is", async () => {
  const ui = memoryUi();
  const env = { URL: secretText`ecto://shop:${secrets("DB_PASSWORD")}@db/shop` };
  const value = { app: "shop", server: "a", build: { prebuilt: "x" }, env };
  await config({ ui, config: resolveConfig(value, { directory: "/x" }) } as unknown as Context);
  assertStringIncludes(ui.text(), "env.URL: a secret stands in a URL as it is");
});
