import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { jailFstab, mountAgain } from "../../../../lib/commands/jail/jail.ts";
import { layPackages, pointNewest, withBase } from "../../../../lib/commands/jail/thin.ts";
import { copyTemplate } from "../../../../lib/commands/jail/tree.ts";
import { deleteTemplate } from "../../../../lib/commands/jail/template.ts";
import { removeBase } from "../../../../lib/commands/server/undo.ts";
import { script } from "../../../../lib/core/script.ts";
import { sh } from "../../../../lib/core/sh.ts";
import type { Playground } from "../../../playground.ts";
import { server, template, tree } from "./tree_world.ts";

const newest = "/jails/.templates/.14.3-RELEASE.newest";

/** A server whose template has a bit of everything. */
async function withTemplate(): Promise<Playground> {
  const place = await server();
  for (
    const path
      of `etc/rc.conf root/.profile tmp/x var/db/x usr/local/etc/x usr/bin/env usr/share/x lib/libc.so.7
      boot/loader COPYRIGHT .cshrc dev/x`.split(/\s+/)
  ) await place.write(`${template.path}/${path}`, path);
  return place;
}

async function all(root: string, at = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory, isSymlink } of Deno.readDir(`${root}${at}`)) {
    const path = `${at}/${name}`;
    if (isSymlink) found.push(`${path} -> ${await Deno.readLink(`${root}${path}`)}`);
    else if (isDirectory) found.push(`${path}/`, ...await all(root, path));
    else found.push(path);
  }
  return found.sort();
}

Deno.test("copyTemplate() makes a thin tree: its own directories, and links to the base system", async () => {
  await using place = await withTemplate();
  const { code, stderr } = await place.run(copyTemplate(template, tree, { thin: true }), { program: "bash" });
  assertEquals([code, stderr], [0, ""]);
  assertEquals(
    await all(place.at(tree.path)),
    `/.alcaide
/.base/
/.cshrc -> .base/.cshrc
/COPYRIGHT -> .base/COPYRIGHT
/bin -> .base/bin
/boot -> .base/boot
/dev/
/etc/
/etc/rc.conf
/home/
/lib -> .base/lib
/media/
/mnt/
/net/
/proc/
/root/
/root/.profile
/tmp/
/tmp/x
/usr/
/usr/bin -> ../.base/usr/bin
/usr/local/
/usr/local/etc/
/usr/local/etc/x
/usr/share -> ../.base/usr/share
/var/
/var/db/
/var/db/x`.split("\n"),
  );
  assertEquals(await place.read(`${tree.path}/.alcaide`), "shop_blue\n");
  // The links lead into the mount, from the server too.
  await Deno.remove(place.at(`${tree.path}/.base`));
  await Deno.symlink(place.at(template.path), place.at(`${tree.path}/.base`));
  assertEquals(await place.read(`${tree.path}/usr/share/x`), "usr/share/x");
});

Deno.test("copyTemplate() gives no name to a thin tree whose template lacks a directory", async () => {
  await using place = await withTemplate();
  await Deno.remove(place.at(`${template.path}/var`), { recursive: true });
  const { code } = await place.run(copyTemplate(template, tree, { thin: true }), { program: "bash" });
  assertEquals([code === 0, await place.names("/jails")], [false, [".shop_blue.new", ".templates"]]);
});

Deno.test("layPackages() moves packages beside, and a jail's tree has links to them and directories of its own", async () => {
  await using place = await server();
  const image = { name: "shop__image", path: "/jails/alcaide_image_x" };
  for (
    const path of ["bin/vips", "lib/vips/a b", "share/x", "etc/vips.conf", "www/index.html", ".hidden/x"]
  ) {
    await place.write(`${image.path}/usr/local/${path}`, path);
  }
  const local = place.at(`${image.path}/usr/local`);
  await Deno.symlink("share/man", `${local}/man`);
  await Deno.symlink("../etc/vips.conf", `${local}/share/vips.conf`);
  await place.write(`${image.path}/opt/tool`, "");
  assertEquals((await place.run(layPackages(image.path))).code, 0);
  const { code, stderr } = await place.run(copyTemplate(image, tree, { layered: true }), { program: "bash" });
  assertEquals([code, stderr], [0, ""]);
  assertEquals(
    await all(place.at(tree.path)),
    `/.alcaide
/opt/
/opt/tool
/usr/
/usr/.local/
/usr/local/
/usr/local/.hidden -> ../.local/.hidden
/usr/local/bin -> ../.local/bin
/usr/local/etc/
/usr/local/etc/vips.conf
/usr/local/lib -> ../.local/lib
/usr/local/man -> ../.local/man
/usr/local/share -> ../.local/share
/usr/local/www/
/usr/local/www/index.html`.split("\n"),
  );
  assertEquals(
    await all(place.at(`${image.path}/usr/.local`)),
    `/.hidden/
/.hidden/x
/bin/
/bin/vips
/etc -> ../local/etc
/lib/
/lib/vips/
/lib/vips/a b
/man -> share/man
/share/
/share/vips.conf -> ../etc/vips.conf
/share/x
/www -> ../local/www`.split("\n"),
  );
  // A relative link in a package leads to the jail's own file.
  await place.run(sh`cp -R ${`${image.path}/usr/.local/.`} ${`${tree.path}/usr/.local`}`);
  await place.write(`${tree.path}/usr/local/etc/vips.conf`, "changed");
  assertEquals(await place.read(`${tree.path}/usr/local/share/vips.conf`), "changed");
});

Deno.test("layPackages() fails where a file can't be moved, and then makeImage() gives no name", async () => {
  await using place = await server();
  await place.write("/jails/x/usr/local/bin/vips", "");
  await place.program("mv", "exit 1");
  assertEquals((await place.run(layPackages("/jails/x"))).code, 1);
});

Deno.test("pointNewest() moves the link, and keeps the one before where it is cut off", async () => {
  await using place = await server();
  await place.program("mv", 'case $2 in -h) exec /bin/mv -T "$3" "$4" ;; esac; exit 9');
  const target = () => Deno.readLink(place.at(newest));
  for (const name of ["14.3-RELEASE", "14.3-RELEASE-p2"]) {
    await place.write(`/jails/.templates/${name}/bin/sh`, "");
    assertEquals((await place.run(pointNewest(newest, `/jails/.templates/${name}`))).code, 0);
    assertEquals(await target(), name);
  }
  await place.program("mv", "exit 1");
  assertEquals((await place.run(pointNewest(newest, template.path))).code, 1);
  assertEquals(await target(), "14.3-RELEASE-p2");
  await place.program("mv", 'exec /bin/mv -T "$3" "$4"');
  assertEquals((await place.run(pointNewest(newest, template.path))).code, 0);
  assertEquals([await target(), await place.names("/jails/.templates")], [
    "14.3-RELEASE",
    [".14.3-RELEASE.newest", "14.3-RELEASE", "14.3-RELEASE-p2"],
  ]);
});

Deno.test("withBase() has the base system mounted read-only meanwhile, and nothing afterwards", async () => {
  await using place = await server();
  const at = place.at(`${tree.path}/.base`);
  await place.program(
    "mount",
    `[ "$1" = -p ] && exec cat ${place.at("/mounts")}; echo "$*" >>${place.at("/called")}
echo "x $6 nullfs ro 0 0" >>${place.at("/mounts")}`,
  );
  const { code, stdout } = await place.run(withBase({ path: tree.path, base: newest }, script(sh`mount -p`)));
  assertEquals([code, stdout], [0, `x ${at} nullfs ro 0 0\n`]);
  assertEquals(await place.read("/called"), `-t nullfs -o ro ${place.at(newest)} ${at}\n`);
  assertEquals([await place.read("/unmounted"), await place.read("/mounts")], [`${at}\n`, ""]);
});

Deno.test("withBase() leaves a tree that has its own base system alone", () => {
  assertEquals(withBase({ path: tree.path }, script(sh`true`)), script(sh`true`));
});

Deno.test("jailFstab() of a thin jail mounts the base system and packages first, read-only", () => {
  const jail = { name: "shop_blue", path: tree.path, ip4: "10.66.0.2" };
  assertEquals(
    jailFstab({ ...jail, base: newest, mounts: [{ host: "/data", jail: "/data" }] }),
    `${newest} /jails/shop_blue/.base nullfs ro 0 0\n/data /jails/shop_blue/data nullfs rw 0 0\n`,
  );
  assertEquals(
    jailFstab({ ...jail, base: newest, layer: "/jails/x/usr/.local" }),
    `${newest} /jails/shop_blue/.base nullfs ro 0 0\n/jails/x/usr/.local /jails/shop_blue/usr/.local nullfs ro 0 0\n`,
  );
});

Deno.test("mountAgain() mounts a base system and packages read-only, and nothing else so", () => {
  assertStringIncludes(mountAgain(tree.path, "/usr/.local", "/x").text, 'mount -t nullfs -o ro /x "$at"');
  assertStringIncludes(mountAgain(tree.path, "/.base", newest).text, `mount -t nullfs -o ro ${newest} "$at"`);
  assertStringIncludes(mountAgain(tree.path, "/data", "/data").text, `mount -t nullfs /data "$at"`);
});

Deno.test("deleteTemplate() leaves an image whose packages a jail has mounted", async () => {
  await using place = await server();
  await place.program(
    "mount",
    `echo '${place.at(template.path)}/usr/.local /jails/x/usr/.local nullfs ro 0 0'`,
  );
  const { code, stderr } = await place.run(deleteTemplate(template));
  assertEquals([code, stderr], [1, `${place.at(template.path)} is mounted by a jail, so it stays\n`]);
});

Deno.test("deleteTemplate() leaves a base system that a jail has mounted", async () => {
  await using place = await server();
  await place.program("mount", `echo '${place.at(template.path)} /jails/shop_blue/.base nullfs ro 0 0'`);
  const { code, stderr } = await place.run(deleteTemplate(template));
  assertEquals([code, stderr], [1, `${place.at(template.path)} is mounted by a jail, so it stays\n`]);
  assertEquals(await place.read(`${template.path}/.alcaide`), `${template.name}\n`);
  // One whose name begins so is another.
  await place.program("mount", `echo '${place.at(template.path)}-p2 /jails/shop_blue/.base nullfs ro 0 0'`);
  assertEquals((await place.run(deleteTemplate(template))).code, 0);
  assertEquals(await place.names("/jails/.templates"), []);
});

Deno.test("removeBase() takes the links to base systems away", async () => {
  await using place = await server();
  await place.run(deleteTemplate(template));
  // The second is of a renaming that was cut off.
  for (const link of [newest, `${newest}.new`]) await Deno.symlink("14.3-RELEASE", place.at(link));
  const { code, stderr } = await place.run(removeBase("/jails", undefined, ["/jails"]));
  assertEquals([code, stderr], [0, ""]);
  assertMatch(`${await Deno.stat(place.at("/jails")).catch((error) => error)}`, /NotFound/);
});
