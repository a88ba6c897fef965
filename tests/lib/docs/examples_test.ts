// The programs of docs/examples, on servers that exist only here.

// @ts-types="../../../types/std_assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { deployAll, describe } from "../../../docs/examples/three_deploys.ts";
import { StepError } from "../../../lib/error.ts";
import type { UserConfig } from "../../../mod.ts";
import { fakeLocal } from "../../fake/context.ts";
import { fakeServer } from "../../fake/server.ts";
import { artifact } from "../../tasks/deploying.ts";

Deno.test("three_deploys.ts deploys three apps at once, and one that fails stops no other", async () => {
  const apps = ["shop", "blog", "wiki"];
  const servers = new Map(apps.map((app) => [app, fakeServer()]));
  const blog = servers.get("blog");
  if (blog) blog.illness = () => "500";
  const configs = apps.map((app): UserConfig => ({
    app,
    server: "root@203.0.113.7",
    build: { prebuilt: artifact },
  }));
  const seen: string[] = [];
  const outcomes = await deployAll(
    configs,
    ({ app }) => ({
      connect: () => servers.get(app)?.remote ?? fakeServer().remote,
      local: fakeLocal(),
      directory: "/home/me/shop",
    }),
    (app, event) => seen.push(`${app}: ${describe(event)}`),
  );
  assertEquals(outcomes.get("shop"), { release: "1-1a2b3c4" });
  assertEquals(outcomes.get("wiki"), { release: "1-1a2b3c4" });
  assert((outcomes.get("blog") as { error: unknown }).error instanceof StepError);
  const begun = apps.map((app) => seen.indexOf(`${app}: Take the lock`));
  const done = apps.map((app) => seen.findIndex((line) => line.startsWith(`${app}: Verify`))).filter((at) =>
    at >= 0
  );
  assert(Math.max(...begun) < Math.min(...done), "one after another");
});
