import { assertEquals, assertStringIncludes } from "@std/assert";
import { copyTemplate, deleteTree } from "../../../../lib/commands/jail/tree.ts";
import { ours, server, template, tree } from "./tree_world.ts";

Deno.test("deleteTree() deletes a tree of ours", async () => {
  await using place = await server();
  await ours(place);
  const { code } = await place.run(deleteTree(tree));
  assertEquals([code, await place.names("/jails")], [0, [".templates"]]);
});

Deno.test("deleteTree() is content when there is none", async () => {
  await using place = await server();
  assertEquals((await place.run(deleteTree(tree))).code, 0);
});

Deno.test("deleteTree() leaves a tree without a mark alone", async () => {
  await using place = await server();
  await place.write("/jails/shop_blue/data", "precious");
  const { code, stderr } = await place.run(deleteTree(tree));
  assertEquals([code, await place.read("/jails/shop_blue/data")], [1, "precious"]);
  assertStringIncludes(stderr, "has no mark of ours, so it is left alone");
});

Deno.test("deleteTree() leaves a tree with another's mark alone", async () => {
  await using place = await server();
  await ours(place);
  await place.write("/jails/shop_blue/.alcaide", "blog_blue\n");
  assertEquals([(await place.run(deleteTree(tree))).code, await place.names("/jails")], [1, [
    ".templates",
    "shop_blue",
  ]]);
});

Deno.test("deleteTree() leaves a link alone, wherever it leads", async () => {
  await using place = await server();
  await ours(place, "elsewhere");
  await place.write("/jails/elsewhere/.alcaide", "shop_blue\n");
  await Deno.symlink("elsewhere", place.at("/jails/shop_blue"));
  const { code, stderr } = await place.run(deleteTree(tree));
  assertEquals(code, 1);
  assertStringIncludes(stderr, "/jails/shop_blue has no mark of ours, so it is left alone");
  assertEquals(await place.names("/jails"), [".templates", "elsewhere", "shop_blue"]);
});

Deno.test("deleteTree() leaves a file system of its own alone", async () => {
  await using place = await server({ mounts: ["/jails/shop_blue"] });
  await ours(place);
  const { code, stderr } = await place.run(deleteTree(tree));
  assertEquals([code, await place.names("/jails/shop_blue")], [1, [".alcaide", "etc"]]);
  assertStringIncludes(stderr, "/jails/shop_blue is a file system of its own, so it is left alone");
});

Deno.test("deleteTree() goes on with a deletion that was cut off, and with nothing of that name that isn't ours", async () => {
  await using place = await server();
  await ours(place);
  await place.program("chflags", "exit 1");
  await place.program("rm", "exit 1");
  assertEquals((await place.run(deleteTree(tree))).code, 1);
  assertEquals(await place.names("/jails/shop_blue.gone"), [".alcaide", "tree"]);
  await place.program("rm", 'case $1 in -rfx) shift; exec /bin/rm -rf "$@" ;; esac; exec /bin/rm "$@"');
  assertEquals([(await place.run(deleteTree(tree))).code, await place.names("/jails")], [0, [".templates"]]);
  await place.write("/jails/shop_blue.gone/data", "precious");
  const { code, stderr } = await place.run(deleteTree(tree));
  assertEquals([code, await place.read("/jails/shop_blue.gone/data")], [1, "precious"]);
  assertStringIncludes(stderr, "/jails/shop_blue.gone has no mark of ours");
});

for (const [program, args] of [["rm", "-rfx"], ["rmdir", "*.gone"]] as const) {
  Deno.test(`deleteTree() goes on later, when ${program} does nothing and says that all is well`, async () => {
    await using place = await server();
    await ours(place);
    await place.program(program, `case $1 in ${args}) exit 0 ;; esac; exec /bin/${program} "$@"`);
    assertEquals((await place.run(deleteTree(tree))).code, 1);
    await place.program(
      program,
      `case $1 in -rfx) shift; set -- -rf "$@" ;; esac; exec /bin/${program} "$@"`,
    );
    assertEquals([(await place.run(deleteTree(tree))).code, await place.names("/jails")], [0, [
      ".templates",
    ]]);
  });
}

for (const file of [".alcaide", ".alcaide.new"]) {
  Deno.test(`deleteTree() and copyTemplate() clear away an empty ${file}, as a full disk leaves it`, async () => {
    await using place = await server();
    await ours(place);
    for (const name of ["shop_blue.gone", ".shop_blue.new"]) {
      await place.write(`/jails/${name}/${file}`, "");
    }
    assertEquals((await place.run(deleteTree(tree))).code, 0);
    assertEquals((await place.run(copyTemplate(template, tree), { program: "bash" })).code, 0);
    assertEquals(await place.names("/jails"), [".templates", "shop_blue"]);
  });
}

Deno.test("deleteTree() takes the empty mount point away that a dataset left", async () => {
  await using place = await server();
  await Deno.mkdir(place.at("/jails/shop_blue"));
  assertEquals([(await place.run(deleteTree(tree))).code, await place.names("/jails")], [0, [".templates"]]);
});

Deno.test("deleteTree() of a dataset names what somebody else made in it, and destroys nothing", async () => {
  await using place = await server();
  await ours(place);
  await place.program(
    "zfs",
    `case "$*" in *alcaide:name*) echo shop_blue ;; *-r*) printf '%s\n' z/shop_blue z/shop_blue@mine ;; *) echo "$1" >>${
      place.at("/calls")
    } ;; esac`,
  );
  const { code, stderr } = await place.run(deleteTree({ ...tree, dataset: "z/shop_blue" }));
  assertEquals([code, await place.read("/calls")], [1, undefined]);
  assertStringIncludes(
    stderr,
    "z/shop_blue is left alone, since alcaide did not make what is in it: z/shop_blue@mine",
  );
});

Deno.test("deleteTree() leaves the tree of a running jail alone", async () => {
  await using place = await server({ running: true });
  await ours(place);
  const { code, stderr } = await place.run(deleteTree(tree));
  assertEquals([code, stderr, await place.names("/jails")], [1, "Jail shop_blue runs\n", [
    ".templates",
    "shop_blue",
  ]]);
});

Deno.test("deleteTree() unmounts what lies below, the deepest first, and nothing else", async () => {
  const below = ["/jails/shop_blue/dev", "/jails/shop_blue/dev/fd"];
  await using place = await server({ mounts: ["/jails", "/jails/shop_blue2/dev", ...below] });
  await ours(place);
  const { code } = await place.run(deleteTree(tree));
  const unmounted = (await place.read("/unmounted"))?.replaceAll(place.root, "");
  assertEquals([code, unmounted], [0, "/jails/shop_blue/dev/fd\n/jails/shop_blue/dev\n"]);
});

Deno.test("deleteTree() touches nothing while something stays mounted", async () => {
  await using place = await server({ mounts: ["/jails/shop_blue/data"], stuck: true });
  await ours(place);
  const { code, stderr } = await place.run(deleteTree(tree));
  assertEquals([code, await place.names("/jails/shop_blue")], [1, [".alcaide", "etc"]]);
  assertStringIncludes(stderr, "Cannot unmount ");
});

for (const dying of [true, false]) {
  const what = dying
    ? "unmounts by force what only a dying jail holds"
    : "waits for what else holds it, by no force";
  Deno.test(`deleteTree() of a dataset ${what}`, async () => {
    await using place = await server();
    await ours(place);
    // A dying jail keeps its root as long as the kernel remembers a connection of its: a minute.
    await place.program("jls", `[ "$*" = "-d -j shop_blue dying" ] || exit 1; echo ${dying}`);
    await place.program(
      "zfs",
      `echo "$*" >>${place.at("/zfs")}; gone=${place.at("/gone")}
case "$1 $2" in
"get -H") echo shop_blue ;;
"list -H") [ ! -e $gone ] ;;
"destroy -f") : >$gone ;;
*) [ "$(grep -c destroy ${place.at("/zfs")})" -gt 3 ] && : >$gone ;;
esac`,
    );
    const { code, stderr } = await place.run(deleteTree({ ...tree, dataset: "z/shop_blue" }));
    const destroyed = (await place.read("/zfs"))?.split("\n").filter((line) => line.startsWith("destroy"));
    const softly = "destroy z/shop_blue";
    const wanted = dying ? [softly, "destroy -f z/shop_blue"] : [softly, softly, softly, softly];
    assertEquals([code, stderr, destroyed], [0, "", wanted]);
  });
}
