import { assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "../../lib/core/error.ts";
import { watch } from "../../tasks/watch.ts";
import { fakeContext } from "../fake/context.ts";
import { copyModel, liveRelease } from "../fake/model.ts";
import { fakeServer } from "../fake/server.ts";
import { artifact, serverAfter, user } from "../lib/deploy/deploying.ts";

const refused = [
  { options: { every: "soon" }, says: 'Cannot look every "soon"' },
  { options: { every: "5s" }, says: "Cannot look more often than every 10 s" },
  { options: { branch: "main", artifact: "a.tar" }, says: "Cannot watch a branch and an artifact at once" },
  { options: { artifact: "dist" }, says: 'Cannot watch "dist": it is not a tarball' },
  { options: { artifact: "https://x.example/a.zip" }, says: 'Cannot watch "https://x.example/a.zip": it is' },
];
for (const { options, says } of refused) {
  Deno.test(`watch() refuses ${JSON.stringify(options)}`, async () => {
    const error = await assertRejects(async () => await watch(fakeContext({ options })), UsageError, says);
    assertEquals(error.hint === undefined, false);
  });
}

Deno.test("watch --once --artifact deploys the tarball", async () => {
  const directory = await Deno.makeTempDir();
  const server = fakeServer({ model: copyModel(await serverAfter(1)) });
  const ctx = fakeContext({
    config: { ...user, build: { command: "false", result: "dist" } },
    servers: [server],
    options: { once: true, artifact },
  });
  assertEquals(await watch({ ...ctx, directory }), 0);
  assertEquals(liveRelease(server.model, "shop"), "2-1a2b3c4");
  await Deno.remove(directory);
});
