import { assert, assertEquals } from "@std/assert";
import { deleteVolume, listLeft, lookAtVolumes } from "../../../../lib/commands/app/left.ts";
import { removeOwn } from "../../../../lib/commands/own_files.ts";
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

for (
  const [what, path, owner, mounted] of [
    ["is behind a link now", "/var/linked/v", 60000, ""],
    ["belongs to another user now", "/var/real/v", 60001, ""],
    ["has a file system mounted in it now", "/var/real/v", 60000, "/var/real/v/disk"],
  ] as const
) {
  Deno.test(`deleteVolume() leaves alone what ${what}`, async () => {
    await using place = await playground();
    await place.write("/var/real/v/data", "precious");
    await Deno.symlink(place.at("/var/real"), place.at("/var/linked"));
    await place.program("mount", `echo '/dev/da1 ${place.at(mounted || "/other")} ufs rw 2 2'`);
    await place.program("stat", `echo ${owner}`);
    const { code, stderr } = await place.run(deleteVolume(path, 60000));
    assertEquals([code, await place.read("/var/real/v/data")], [1, "precious"]);
    assertEquals(stderr.replaceAll(place.root, ""), `${path} changed meanwhile, so it is left alone\n`);
  });
}

Deno.test("deleteVolume() deletes the volume that it was told, and is content when there is none", async () => {
  await using place = await playground();
  await place.write("/var/real/v/data", "");
  await place.program("mount", "exit 0");
  await place.program("stat", "echo 60000");
  for (const _ of [1, 2]) {
    assertEquals((await place.run(deleteVolume("/var/real/v", 60000))).code, 0);
    assertEquals(await place.names("/var/real"), []);
  }
});

Deno.test("removeOwn() removes our files alone, and nothing behind a link", async () => {
  await using place = await playground();
  const own = { directory: "/var/log/alcaide/shop", files: "[0-9]*-*.log*", trees: "work" };
  const files = ["7-1a2b3c4.log", "notes", "work/x"];
  for (const file of files) await place.write(`/elsewhere/${file}`, "precious");
  await Deno.mkdir(place.at("/var/log/alcaide"), { recursive: true });
  await Deno.symlink(place.at("/elsewhere"), place.at(own.directory));
  assertEquals((await place.run(removeOwn(own))).code, 0);
  assertEquals(await place.names("/elsewhere"), ["7-1a2b3c4.log", "notes", "work"]);
  await Deno.remove(place.at(own.directory));
  for (const file of files) await place.write(`${own.directory}/${file}`, "");
  assertEquals((await place.run(removeOwn(own))).code, 0);
  assertEquals(await place.names(own.directory), ["notes"]);
  await Deno.remove(place.at(`${own.directory}/notes`));
  await place.run(removeOwn(own));
  assertEquals(await place.names("/var/log/alcaide"), []);
});
