import { assertEquals, assertStringIncludes } from "@std/assert";
import type { CommandError, StepError } from "../../../../lib/core/error.ts";
import { copyModel, type Model } from "../../../fake/model.ts";
import { emptyModel, fakeServer, type Fault } from "../../../fake/server.ts";
import { type Deployed, deployTo, serverAfter } from "../deploying.ts";

const once = await serverAfter(1);

/** Deploys to a server like this one; something goes wrong in the script that migrates. */
async function failToMigrate(model: Model, kind: Fault["kind"]): Promise<Deployed> {
  const before = fakeServer({ model: copyModel(model) });
  await deployTo(before);
  const exec = before.ran.findIndex(({ names }) => names.includes("migrateApp")) + 1;
  return await deployTo(fakeServer({ model: copyModel(model) }), { fault: { exec, micro: 0, kind } });
}

Deno.test("deploy() says after a failed migration what is left, and where its words are", async () => {
  const { title, cause, live } = (await failToMigrate(once, "status")).error as StepError;
  assertEquals([title, (cause as CommandError).hint, live], [
    "Migrate",
    "The database may be partly migrated: finished changes stay. " +
    '"alcaide logs --release 2-1a2b3c4" shows all that it printed',
    ["1-1a2b3c4"],
  ]);
});

for (const kind of ["lost", "abort"] as const) {
  Deno.test(`deploy() warns of a half-done migration when it is cut off (${kind})`, async () => {
    const { ctx } = await failToMigrate(emptyModel(), kind);
    assertStringIncludes(ctx.ui.text(), "The database may be partly migrated: finished changes stay");
    assertStringIncludes(ctx.ui.text(), "alcaide logs --release 1-1a2b3c4");
  });
}
