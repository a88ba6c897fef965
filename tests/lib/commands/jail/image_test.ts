import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type ImageSpec, makeImage, snapshotImage } from "../../../../lib/commands/jail/image.ts";
import { raw } from "../../../../lib/core/sh.ts";
import type { Ended } from "../../../shell.ts";
import type { Playground } from "../../../playground.ts";
import { server, template } from "./tree_world.ts";

const name = "shop__image";
const spec: ImageSpec = {
  jail: { name, path: `/jails/${name}`, ip4: "10.66.0.3" },
  tree: { name, path: `/jails/${name}` },
  template,
  image: { name, path: "/jails/alcaide_image_shop.copy-0011223344556677.20260102T030405" },
  packages: ["vips"],
  commands: ["echo made", "exit 3"],
};
const [image = ""] = spec.image.path.split("/").slice(-1);

/** A server on which packages are files, and commands in a jail run at once. */
async function prepared(): Promise<Playground> {
  const place = await server();
  await place.program("pkg", `echo "$*" >>"$2/installed"; touch "$2/etc/pkg"`);
  const path = `echo ${place.at(spec.tree.path)}`;
  await place.program("jls", `case $* in *path) ${path} ;; esac; [ -e ${place.at("/running")} ]`);
  await place.program(
    "jail",
    `case $* in *-c*) : >${place.at("/running")} ;; *) rm ${place.at("/running")} ;; esac`,
  );
  await place.program("jexec", `shift 2; "$@"`);
  await place.program("realpath", 'echo "$1"');
  await place.program("ifconfig", "exit 0");
  await place.write(`${template.path}/etc/rc.conf`, "");
  return place;
}

async function make(place: Playground, changes: Partial<ImageSpec> = {}): Promise<Ended> {
  const { text } = makeImage({ ...spec, ...changes });
  return await place.run(raw(text.replaceAll("/usr/sbin/jexec", "jexec")), { program: "bash" });
}

Deno.test("makeImage() gives a tree with packages and commands its name when it is whole", async () => {
  await using place = await prepared();
  const { code, stdout, stderr } = await make(place, { commands: ["echo made", "echo too"] });
  assertEquals([code, stdout, stderr], [0, "+ echo made\nmade\n+ echo too\ntoo\n", ""]);
  assertEquals(await place.names("/jails"), [".templates", image]);
  assertEquals(await place.read(`${spec.image.path}/.alcaide`), `${name}\n`);
  assertMatch(await place.read(`${spec.image.path}/installed`) ?? "", /install -y vips\n$/);
  assertEquals(await place.names("/usr/local/etc/alcaide/jails"), []);
});

Deno.test("makeImage() starts no jail where there are no commands, and calls no pkg where there are no packages", () => {
  assertEquals(makeImage({ ...spec, commands: [] }).text.includes(" -c shop__image"), false);
  assertEquals(makeImage({ ...spec, packages: [] }).text.includes("pkg "), false);
});

Deno.test("makeImage() leaves nothing when a command fails, and says which and how", async () => {
  await using place = await prepared();
  const { code, stdout, stderr } = await make(place);
  assertEquals([code, stdout], [1, "+ echo made\nmade\n+ exit 3\n"]);
  assertStringIncludes(stderr, "failed 2 3\n");
  assertEquals(await place.names("/jails"), [".templates"]);
  assertEquals(await place.names("/usr/local/etc/alcaide/jails"), []);
});

Deno.test("makeImage() begins anew after one that was cut off, and can be run beside an older image", async () => {
  await using place = await prepared();
  await place.write(`/jails/${name}/.alcaide`, `${name}\n`);
  await place.write(`/jails/${name}/half`, "");
  await place.write(`/jails/.${name}.new/.alcaide`, `${name}\n`);
  await place.write("/running", "");
  await place.write("/usr/local/etc/alcaide/jails/shop__image.conf", "");
  await place.write(`/jails/older/.alcaide`, `${name}\n`);
  const { code, stderr } = await make(place, { commands: [] });
  assertEquals([code, stderr], [0, ""]);
  assertEquals(await place.names("/jails"), [".templates", image, "older"]);
  assertEquals(await place.read(`${spec.image.path}/half`), undefined);
});

Deno.test("makeImage() of a thin jail has the base system mounted while packages are installed", () => {
  const thin = { ...spec, jail: { ...spec.jail, base: template.path } };
  assertMatch(
    makeImage(thin).text,
    /mount -t nullfs -o ro \/jails\/\.templates\/14\.3-RELEASE \/jails\/shop__image\/\.base\n[^]*pkg -r[^]*umount/,
  );
  // Once nothing runs in it any more.
  assertMatch(
    makeImage(thin).text,
    /-r shop__image[^]*\nmkdir \/jails\/shop__image\/usr\/\.local [^]*\n{ mv /,
  );
  assertEquals(makeImage(spec).text.includes(".local"), false);
});

Deno.test("makeImage() renames a dataset, and snapshotImage() makes sure of what is cloned", () => {
  const tree = { ...spec.tree, dataset: `z/${name}` };
  const made = { ...spec.image, dataset: `z/${image}` };
  const { text } = makeImage({ ...spec, template: { ...template, dataset: "z/t" }, tree, image: made });
  assertStringIncludes(text, `zfs rename z/${name} z/${image}`);
  assertEquals(
    snapshotImage(made).text,
    `zfs list -H -o name z/${image}@alcaide >/dev/null 2>&1 || zfs snapshot z/${image}@alcaide`,
  );
  assertEquals(snapshotImage(spec.image).text, "");
});
