import { assertEquals } from "@std/assert";
import { fstabFile, jailFile } from "../../../lib/commands/paths.ts";
import { parseRelease } from "../../../lib/core/release.ts";
import { liveRelease } from "../../fake/model.ts";
import { type FakeServer, fakeServer } from "../../fake/server.ts";
import { type Deployed, deployTo, mend, rollBack } from "./deploying.ts";

const link = "/jails/.templates/.14.3-RELEASE.newest";
const thin = { config: { jail: { kind: "thin" } } } as const;

/** How each slot's jail gets its base system. */
function bases({ model }: FakeServer): string[] {
  return ["blue", "green"].map((slot) => {
    const first = model.files.get(fstabFile(`shop_${slot}`))?.split("\n")[0] ?? "none";
    return first === `${link} /jails/shop_${slot}/.base nullfs ro 0 0`
      ? "thin"
      : first === "none"
      ? "none"
      : "copied";
  });
}

const thinReleases = ({ model }: FakeServer) =>
  [...model.files].flatMap(([path, text]) => {
    const release = path.endsWith("/release.json") ? parseRelease(text) : undefined;
    return release?.config.thin ? [release.id] : [];
  });

Deno.test("deploy() makes a thin jail beside a copied one, and rollbacks go between them", async () => {
  const server = fakeServer();
  const well = ({ error }: Deployed) => assertEquals(error, undefined);
  well(await deployTo(server));
  well(await deployTo(server, thin));
  assertEquals([bases(server), thinReleases(server)], [["copied", "thin"], ["2-1a2b3c4"]]);
  assertEquals(server.model.files.get(link), "14.3-RELEASE");
  well(await rollBack(server, thin));
  well(await rollBack(server, { args: ["2"] }));
  assertEquals([bases(server), liveRelease(server.model, "shop")], [["copied", "thin"], "2-1a2b3c4"]);
  for (const _ of [3, 4]) well(await deployTo(server));
  assertEquals([bases(server), thinReleases(server)], [["copied", "copied"], ["2-1a2b3c4"]]);
  // Its jail is gone: it is made anew as it was.
  well(await rollBack(server, { args: ["2"] }));
  assertEquals([bases(server), liveRelease(server.model, "shop")], [["thin", "copied"], "2-1a2b3c4"]);
});

Deno.test("repair() writes a thin jail's lost files as they were", async () => {
  const server = fakeServer();
  await deployTo(server, thin);
  server.model.files.delete(fstabFile("shop_blue"));
  server.model.files.delete(jailFile("shop_blue"));
  assertEquals(bases(server), ["none", "none"]);
  await mend(server);
  assertEquals(bases(server), ["thin", "none"]);
});
