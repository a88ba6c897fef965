// The programs of docs/examples, on servers that exist only here.

import { assert, assertEquals } from "@std/assert";
import { deployAll, describe } from "../../docs/examples/three_deploys.ts";
import { StepError } from "../../lib/core/error.ts";
import type { Transport } from "../../internal.ts";
import { type Remote, remote, type UserConfig } from "../../mod.ts";
import { fakeLocal } from "../fake/context.ts";
import { fakeServer } from "../fake/server.ts";
import { artifact } from "../lib/deploy/deploying.ts";

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
  const meeting = meetingOf(apps.length);
  const outcomes = await deployAll(
    configs,
    ({ app }) => ({
      connect: () => meeting.attend(app, (servers.get(app) ?? fakeServer()).remote),
      local: fakeLocal(),
      directory: "/home/me/shop",
    }),
    (app, event) => seen.push(`${app}: ${describe(event)}`),
  );
  assertEquals(outcomes.get("shop"), { release: "1-1a2b3c4" });
  assertEquals(outcomes.get("wiki"), { release: "1-1a2b3c4" });
  assert((outcomes.get("blog") as { error: unknown }).error instanceof StepError);
  assertEquals(meeting.met.toSorted(), apps.toSorted(), "one after another");
});

/** Lets a server's first script wait until the others have got theirs: those who work at once meet there. */
function meetingOf(count: number) {
  const met: string[] = [];
  const { promise: all, resolve } = Promise.withResolvers<void>();
  return {
    met,
    /** A server that goes to the meeting before it does anything. */
    attend(app: string, server: Remote): Remote {
      const { transport } = server;
      const arrive = () => {
        if (met.push(app) === count) resolve();
      };
      let arrived = false;
      const exec: Transport["exec"] = async (script, options) => {
        if (!arrived) arrive();
        arrived = true;
        // A client that never comes must not keep the test from failing.
        const patience = AbortSignal.timeout(10_000);
        await Promise.race([
          all,
          new Promise((_, reject) => (patience.onabort = () => reject(patience.reason))),
        ]);
        return await transport.exec(script, options);
      };
      return remote(app, { transport: { exec, [Symbol.asyncDispose]: () => Promise.resolve() } });
    },
  };
}
