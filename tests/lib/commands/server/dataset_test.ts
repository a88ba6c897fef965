import { assertEquals } from "@std/assert";
import { makeBase } from "../../../../lib/commands/server/dataset.ts";
import { type Playground, playground } from "../../../playground.ts";

/** A place whose zfs notes what it is told; the dataset's mark is `mark`. */
async function withZfs(mark: (place: Playground) => string = () => ""): Promise<Playground> {
  const place = await playground();
  await place.program("zfs", `echo "$*" >>${place.at("/told")}; [ "$1" = get ] && echo "${mark(place)}"; :`);
  return place;
}

const asked = "get -H -o value -s local alcaide:base zroot/jails\n";

Deno.test("makeBase() makes a marked dataset in which programs run, for no automatic snapshots", async () => {
  await using place = await withZfs();
  const { code, stderr } = await place.run(makeBase("zroot/jails", "/jails"));
  assertEquals([code, stderr, (await place.read("/told"))?.replaceAll(place.root, "")], [
    0,
    "",
    `${asked}create -o mountpoint=/jails -o exec=on -o setuid=on -o com.sun:auto-snapshot=false ` +
    "-o alcaide:base=/jails zroot/jails\n",
  ]);
});

Deno.test("makeBase() leaves alone what another setup has just made", async () => {
  await using place = await withZfs((place) => place.at("/jails"));
  await place.write("/jails/.templates/x", "");
  const { code } = await place.run(makeBase("zroot/jails", "/jails"));
  assertEquals([code, await place.read("/told")], [0, asked]);
});

Deno.test("makeBase() covers nothing that came in the meantime", async () => {
  await using place = await withZfs();
  await place.write("/jails/file", "");
  const { code, stderr } = await place.run(makeBase("zroot/jails", "/jails"));
  assertEquals([code, stderr.replaceAll(place.root, ""), await place.read("/told")], [
    1,
    "/jails is not empty\n",
    asked,
  ]);
});
