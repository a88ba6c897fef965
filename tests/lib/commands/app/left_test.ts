import { assert, assertEquals } from "@std/assert";
import { listLeft, lookAtVolumes } from "../../../../lib/commands/app/left.ts";
import { parseLeft } from "../../../../lib/server/left.ts";
import { type Playground, playground } from "../../../playground.ts";

async function left(place: Playground, zfs = "exit 1") {
  await place.program("kldstat", "exit 0");
  await place.program("zfs", zfs);
  const { code, stdout, stderr } = await place.run(listLeft("shop", "/jails"));
  assertEquals([code, stderr], [0, ""]);
  return parseLeft(stdout.replaceAll(place.root, ""));
}

Deno.test("listLeft() tells trees by their marks, and says what bears none", async () => {
  await using place = await playground();
  for (const name of ["shop_blue", "shop_blue.gone"]) {
    await place.write(`/jails/${name}/.alcaide`, `${name}\n`);
  }
  await place.write("/jails/.shop_green.new/.alcaide", "shop_green\n");
  await place.write("/jails/shop_db/data", "precious");
  await place.write("/jails/shop_cache/.alcaide", "shop_blue\n");
  await place.write("/jails/shop_cache/bin", "");
  await Deno.mkdir(place.at("/jails/shop_green"));
  await place.write("/elsewhere/.alcaide", "shop_build\n");
  await Deno.symlink("../elsewhere", place.at("/jails/shop_build"));
  const { trees, foreign } = await left(place);
  assertEquals([[...trees].sort(), [...foreign].sort()], [
    ["/jails/.shop_green.new", "/jails/shop_blue", "/jails/shop_blue.gone", "/jails/shop_green"],
    ["/jails/shop_build", "/jails/shop_cache", "/jails/shop_db"],
  ]);
});

Deno.test("listLeft() knows a clone of ours whose mark was not written yet", async () => {
  await using place = await playground();
  await place.write("/jails/shop_blue/bin/sh", "");
  const { trees, foreign } = await left(place, 'case "$1" in get) echo shop_blue ;; *) exit 1 ;; esac');
  assertEquals([[...trees], [...foreign]], [["/jails/shop_blue"], []]);
});

Deno.test("listLeft() tells our files in the app's directories from others", async () => {
  await using place = await playground();
  const state = "/var/db/alcaide/apps/shop";
  for (
    const path of [
      `${state}/fence`,
      `${state}/notes`,
      `${state}/releases/7-1a2b3c4/env`,
      "/var/log/alcaide/shop/7-1a2b3c4.log.0.bz2",
    ]
  ) {
    await place.write(path, "");
  }
  const { own, kept } = await left(place);
  assertEquals([[...own].sort(), kept], [
    [`${state}/fence`, `${state}/releases/7-1a2b3c4`, "/var/log/alcaide/shop/7-1a2b3c4.log.0.bz2"],
    [`${state}/notes`],
  ]);
});

Deno.test("lookAtVolumes() sees links on the way, mounts and who has what", async () => {
  await using place = await playground();
  for (const path of ["/var/plain", "/var/outer/inner", "/usr/local/real/v"]) {
    await Deno.mkdir(place.at(path), { recursive: true });
  }
  await Deno.symlink(place.at("/usr/local/real"), place.at("/var/linked"));
  await place.program("mount", `echo '/dev/da1 ${place.at("/var/outer/inner")} ufs rw 2 2'`);
  await place.program("stat", "echo 60000");
  await place.write(
    "/usr/local/etc/alcaide/jails/shop_blue.fstab",
    "/data/shop /jails/shop_blue/data nullfs rw 0 0\n",
  );
  const { stdout } = await place.run(
    lookAtVolumes(["/var/plain", "/var/outer", "/var/linked/v", "/var/none"]),
  );
  assertEquals(stdout.replaceAll(place.root, "").trim().split("\n"), [
    "/var/plain dir 60000",
    "/var/outer mount",
    "/var/linked/v link",
    "/var/none absent",
    "use shop_blue /data/shop",
  ]);
  assert(stdout.includes(place.root));
});
