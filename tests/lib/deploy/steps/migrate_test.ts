import { assertEquals, assertStringIncludes } from "@std/assert";
import type { CommandError, StepError } from "../../../../lib/core/error.ts";
import { copyModel, type Model } from "../../../fake/model.ts";
import { emptyModel, fakeServer, type Fault } from "../../../fake/server.ts";
import { type Deployed, deployTo, serverAfter } from "../deploying.ts";

const once = await serverAfter(1);
const kept = "Its whole output is in /var/log/alcaide/shop";

/** Deploys to a server like this one; something goes wrong in the script that migrates. */
async function failToMigrate(model: Model, kind: Fault["kind"]): Promise<Deployed> {
  const before = fakeServer({ model: copyModel(model) });
  await deployTo(before);
  const exec = before.ran.findIndex(({ names }) => names.includes("migrateApp")) + 1;
  return await deployTo(fakeServer({ model: copyModel(model) }), { fault: { exec, micro: 0, kind } });
}

Deno.test("deploy() says after a failed migration what is left, and where its words are", async () => {
  const { title, cause } = (await failToMigrate(once, "status")).error as StepError;
  assertEquals([title, (cause as CommandError).hint], [
    "Migrate",
    "The database may be partly migrated: finished changes stay. 1-1a2b3c4 still serves. " +
    `${kept}/2-1a2b3c4.migrate.log on root@203.0.113.7`,
  ]);
});

for (const kind of ["lost", "abort"] as const) {
  Deno.test(`deploy() warns of a half-done migration when it is cut off (${kind})`, async () => {
    const { ctx } = await failToMigrate(emptyModel(), kind);
    assertStringIncludes(ctx.ui.text(), "The database may be partly migrated: finished changes stay");
    assertStringIncludes(ctx.ui.text(), `Nothing was live before. ${kept}/1-1a2b3c4.migrate.log`);
  });
}
