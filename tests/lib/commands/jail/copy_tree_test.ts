import { assertEquals, assertStringIncludes } from "@std/assert";
import { copyTemplate, deleteTree } from "../../../../lib/commands/jail/tree.ts";
import { ours, server, template, tree } from "./tree_world.ts";

Deno.test("copyTemplate() clears away a copy that was cut off when it was whole, but had not its name", async () => {
  await using place = await server();
  // Also when it says that all is well.
  await place.program("mv", 'case $2 in *shop_blue) exit 0 ;; esac; exec /bin/mv "$@"');
  assertEquals((await place.run(copyTemplate(template, tree), { program: "bash" })).code, 1);
  assertEquals(await place.names("/jails/.shop_blue.new"), [".alcaide", "bin"]);
  await place.program("mv", 'exec /bin/mv "$@"');
  assertEquals((await place.run(copyTemplate(template, tree), { program: "bash" })).code, 0);
  assertEquals(await place.names("/jails"), [".templates", "shop_blue"]);
});

Deno.test("copyTemplate() makes no tree without its mark", async () => {
  await using place = await server();
  await place.program("mv", 'case $3 in *.alcaide) exit 0 ;; esac; exec /bin/mv "$@"');
  const { code, stderr } = await place.run(copyTemplate(template, tree), { program: "bash" });
  assertEquals([code, stderr.split("\n")[0], await place.names("/jails")], [
    1,
    `${place.at("/jails/.shop_blue.new")} could not be marked`,
    [".templates"],
  ]);
});

Deno.test("copyTemplate() makes a whole tree with its mark", async () => {
  await using place = await server();
  const { code, stderr } = await place.run(copyTemplate(template, tree), { program: "bash" });
  assertEquals([code, stderr, await place.read("/jails/shop_blue/.alcaide")], [0, "", "shop_blue\n"]);
  assertEquals([await place.names("/jails"), await place.names("/jails/shop_blue")], [
    [".templates", "shop_blue"],
    [".alcaide", "bin"],
  ]);
});

Deno.test("copyTemplate() leaves out packages that are mounted, and nothing of that name elsewhere", async () => {
  await using place = await server();
  await place.write(`${template.path}/usr/.local/bin/vips`, "");
  await place.write(`${template.path}/home/usr/.local/notes`, "");
  await place.write(`${template.path}/home/.alcaide`, "");
  await place.run(copyTemplate(template, tree, { layered: true }), { program: "bash" });
  assertEquals(await place.names("/jails/shop_blue/usr/.local"), []);
  assertEquals(await place.names("/jails/shop_blue/home/usr/.local"), ["notes"]);
  assertEquals(await place.names("/jails/shop_blue/home"), [".alcaide", "usr"]);
});

Deno.test("copyTemplate() gives no name to a copy that was cut off", async () => {
  await using place = await server();
  await place.program("tar", 'case "$*" in *-cf*) exit 1 ;; *) cat >/dev/null ;; esac');
  const { code } = await place.run(copyTemplate(template, tree), { program: "bash" });
  assertEquals([code, await place.names("/jails")], [1, [".shop_blue.new", ".templates"]]);
});

Deno.test("copyTemplate() refuses a place that is taken", async () => {
  await using place = await server();
  await ours(place);
  const { code, stderr } = await place.run(copyTemplate(template, tree));
  assertEquals(code, 1);
  assertStringIncludes(stderr, "/jails/shop_blue is there already\n");
});

Deno.test("copyTemplate() refuses what lies in its way beside and isn't ours", async () => {
  await using place = await server();
  await place.write("/jails/.shop_blue.new/data", "precious");
  assertEquals([
    (await place.run(copyTemplate(template, tree))).code,
    await place.read("/jails/.shop_blue.new/data"),
  ], [
    1,
    "precious",
  ]);
});

Deno.test("copyTemplate() clones where there are datasets, and marks its clone", () => {
  const [from, to] = [{ ...template, dataset: "z/t" }, { ...tree, dataset: "z/shop_blue" }];
  const { text } = copyTemplate(from, to);
  assertStringIncludes(text, "zfs clone -o alcaide:name=shop_blue z/t@alcaide z/shop_blue\n} || exit $?");
  assertEquals(text.includes("tar "), false);
  // Cut off before it has its mark, it is ours by its property.
  const { text: gone } = deleteTree({ ...tree, dataset: "zroot/jails/shop_blue" });
  assertStringIncludes(
    gone,
    'local alcaide:name zroot/jails/shop_blue 2>/dev/null)" != shop_blue ]; }; then',
  );
});
