// The owner of an app: a deploy of another project is refused, takes over, or adopts.

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { hostFile } from "../../lib/commands/paths.ts";
import { AlcaideError } from "../../lib/core/error.ts";
import { repair } from "../../tasks/repair.ts";
import { fakeContext } from "../fake/context.ts";
import { copyModel } from "../fake/model.ts";
import { fakeServer } from "../fake/server.ts";
import { deployTo, rollBack, user } from "../lib/deploy/deploying.ts";
import { live, once } from "./deploying.ts";

/** A project with an app of the same name, which takes another repository's place. */
const others = (script: string) =>
  script.includes("remote.origin.url")
    ? "folder \norigin git@github.com:them/shop.git\nroot 9f8e\n"
    : undefined;

Deno.test("deploy() refuses an app of another project, names both, and changes nothing", async () => {
  const server = fakeServer();
  await deployTo(server, { config: { domain: "old.test", tls: "off" } });
  const files = new Map(server.model.files);
  const { error } = await deployTo(server, { config: { domain: "new.test", tls: "off" }, local: others });
  assertEquals(
    error instanceof AlcaideError && error.message,
    "Cannot work on shop on root@203.0.113.7: it belongs to github.com/me/shop (old.test), " +
      "and this is github.com/them/shop (new.test)",
  );
  assertEquals([...server.model.files].filter(([path, text]) => files.get(path) !== text), [
    ["/var/db/alcaide/apps/shop/fence", "2\n"],
  ]);
});

Deno.test("deploy() asks git once whose the app is", async () => {
  const asked: string[] = [];
  const local = (script: string) => {
    if (script.includes("remote.origin.url")) asked.push(script);
    return undefined;
  };
  await deployTo(fakeServer({ model: copyModel(once) }), { local });
  assertEquals(asked.length, 1);
});

Deno.test("deploy() --take-over makes another project's app ours, and theirs is refused then", async () => {
  const server = fakeServer();
  await deployTo(server);
  const moved = await deployTo(server, { local: others, options: { "take-over": true } });
  const back = await deployTo(server);
  assertEquals([moved.error, live(server.model)], [undefined, "2-1a2b3c4"]);
  assertStringIncludes(`${back.error}`, "it belongs to github.com/them/shop, and this is github.com/me/shop");
});

Deno.test("deploy() adopts an app that was deployed before owners were written down", async () => {
  const server = fakeServer();
  await deployTo(server);
  const { owners, ...rest } = JSON.parse(server.model.files.get(hostFile) ?? "");
  assertEquals(owners, {
    shop: { shown: "github.com/me/shop", names: ["github.com/me/shop", "root 0a1b2c3"] },
  });
  server.model.files.set(hostFile, `${JSON.stringify(rest, null, 1)}\n`);
  const { error } = await deployTo(server);
  assertEquals([error, JSON.parse(server.model.files.get(hostFile) ?? "").owners], [undefined, owners]);
});

Deno.test("rollback() and repair() refuse an app of another project", async () => {
  const server = fakeServer({ model: copyModel(once) });
  await deployTo(server);
  const { error } = await rollBack(server, { local: others });
  assertStringIncludes(`${error}`, "it belongs to github.com/me/shop, and this is github.com/them/shop");
  const ctx = fakeContext({ config: user, servers: [server], local: others });
  await assertRejects(() => repair(ctx), AlcaideError, "it belongs to github.com/me/shop");
});
