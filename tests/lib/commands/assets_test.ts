import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  dropAssets,
  installAssets,
  listAssets,
  releaseAssets,
  removeAssets,
  restoreAssets,
} from "../../../lib/commands/assets.ts";
import { artifactFile, assetsDir } from "../../../lib/commands/paths.ts";
import { type Playground, playground } from "../../playground.ts";
import { shell } from "../../shell.ts";

const root = "/jails/shop_blue";
const directory = assetsDir("shop");
const assets = { path: "/a/assets", from: "public/assets" };
const installed = { app: "shop", release: "7-1a2b3c4", root, home: "/app" };
const place7 = releaseAssets("shop", "7-1a2b3c4");

/** A tree with a release in it. */
async function tree(): Promise<Playground> {
  const place = await playground();
  await place.write(`${root}/app/public/assets/app-1.js`, "one", 0o600);
  await place.write(`${root}/app/public/assets/css/it's.css`, "two", 0o4755);
  return place;
}

async function install(place: Playground, from = assets.from) {
  return await place.run(installAssets(installed, { ...assets, from }));
}

Deno.test("releaseAssets() puts newer releases first", () => {
  const ids = ["10-a", "9-a", "123456789-b", "1-a"];
  const names = ids.map((id) => releaseAssets("shop", id)).toSorted().map((path) => path.split("/").at(-1));
  assertEquals(names, ["876543210-123456789-b", "999999989-10-a", "999999990-9-a", "999999998-1-a"]);
});

Deno.test("installAssets() copies files that everybody may read and nobody may write", async () => {
  await using place = await tree();
  assertEquals([(await install(place)).code, (await install(place)).code], [0, 0]);
  assertEquals(await place.read(`${place7}/a/assets/app-1.js`), "one");
  assertEquals(await place.names(directory), [".alcaide", "999999992-7-1a2b3c4"]);
  const paths = ["", "/a", "/a/assets", "/a/assets/app-1.js", "/a/assets/css/it's.css"];
  const modes = await Promise.all(paths.map((path) => Deno.stat(place.at(place7 + path))));
  assertEquals(modes.map(({ mode }) => (mode ?? 0) & 0o7777), [0o755, 0o755, 0o755, 0o644, 0o755]);
});

Deno.test("installAssets() takes no link and no pipe along", async () => {
  await using place = await tree();
  const at = (name: string) => place.at(`${root}/app/public/assets/${name}`);
  await place.write("/etc/secret", "secret");
  await Deno.symlink("/etc", at("etc"));
  await Deno.symlink(place.at("/etc/secret"), at("secret.txt"));
  assertEquals((await shell(`mkfifo ${at("pipe")}`)).code, 0);
  assertEquals((await install(place)).code, 0);
  assertEquals(await place.names(`${place7}/a/assets`), ["app-1.js", "css"]);
});

Deno.test("installAssets() keeps those that are there", async () => {
  await using place = await tree();
  await install(place);
  await place.write(`${root}/app/public/assets/app-1.js`, "changed");
  await install(place);
  assertEquals(await place.read(`${place7}/a/assets/app-1.js`), "one");
});

Deno.test("installAssets() finds a directory by a star, which must name one", async () => {
  await using place = await tree();
  await place.write(`${root}/app/lib/shop-0.1/priv/x.js`, "x");
  assertEquals((await install(place, "lib/shop-*/priv")).code, 0);
  assertEquals(await place.names(`${place7}/a/assets`), ["x.js"]);
});

const refused: readonly (readonly [string, string, ((place: Playground) => Promise<void>)?])[] = [
  ["is not there", "public/none"],
  ["is a file", "public/assets/app-1.js"],
  ["matches several", "public/assets/*"],
  ["is a link", "link", (place) => Deno.symlink("public", place.at(`${root}/app/link`))],
  [
    "is behind a link",
    "out/host",
    async (place) => {
      await place.write("/elsewhere/host/x", "");
      await Deno.symlink(place.at("/elsewhere"), place.at(`${root}/app/out`));
    },
  ],
];
for (const [name, from, before] of refused) {
  Deno.test(`installAssets() refuses a directory that ${name}`, async () => {
    await using place = await tree();
    await before?.(place);
    const { code, stderr } = await install(place, from);
    assertEquals(code, 1);
    assertStringIncludes(stderr, `assets.from: the release has no directory ${from}, or several\n`);
    assertEquals(await place.names(directory), [".alcaide"]);
  });
}

Deno.test("installAssets() refuses an app's directory that is a link out of the tree", async () => {
  await using place = await tree();
  await place.write("/elsewhere/public/assets/x", "");
  await Deno.remove(place.at(`${root}/app`), { recursive: true });
  await Deno.symlink(place.at("/elsewhere"), place.at(`${root}/app`));
  assertEquals((await install(place)).code, 1);
});

Deno.test("assets without our mark are neither written nor removed", async () => {
  await using place = await tree();
  await place.write(`${directory}/999999992-7-1a2b3c4/mine`, "");
  const { code, stderr } = await install(place);
  assertEquals([code, stderr.includes("has no mark of ours, so it is left alone")], [1, true]);
  for (const command of [dropAssets("shop", ["7-1a2b3c4"]), removeAssets("shop")]) {
    assertEquals((await place.run(command)).code, 0);
  }
  assertEquals((await place.run(listAssets("shop"))).stdout, "");
  assertEquals(await place.names(place7), ["mine"]);
});

Deno.test("dropAssets() removes those of the releases that are named", async () => {
  await using place = await tree();
  await install(place);
  for (const release of ["8-b", "17-1a2b3c4"]) {
    await place.run(installAssets({ ...installed, release }, assets));
  }
  assertEquals((await place.run(dropAssets("shop", ["7-1a2b3c4", "6-x"]))).code, 0);
  assertEquals(await place.names(directory), [".alcaide", "999999982-17-1a2b3c4", "999999991-8-b"]);
});

Deno.test("removeAssets() removes all that listAssets() names", async () => {
  await using place = await tree();
  await install(place);
  const { stdout } = await place.run(listAssets("shop"));
  assertStringIncludes(stdout, `own ${place.at(directory)}/.alcaide\nown ${place.at(place7)}\n`);
  assertEquals((await place.run(removeAssets("shop"))).code, 0);
  assertEquals(await place.names("/usr/local/www/alcaide"), []);
});

Deno.test("restoreAssets() copies them from the artifact and leaves nothing of it", async () => {
  await using place = await tree();
  const artifact = artifactFile("shop", "7-1a2b3c4");
  await place.write(artifact, "");
  const packed = `tar -C ${place.at(`${root}/app`)} -cf ${place.at(artifact)} .`;
  assertEquals((await shell(packed)).code, 0);
  // GNU tar knows no flags of files.
  await place.program(
    "tar",
    'for word do shift; [ "$word" = --no-fflags ] || set -- "$@" "$word"; done; exec /usr/bin/tar "$@"',
  );
  const { code, stderr } = await place.run(restoreAssets("shop", "7-1a2b3c4", assets));
  assertEquals([code, stderr], [0, ""]);
  assertEquals(await place.read(`${place7}/a/assets/app-1.js`), "one");
  assertEquals(await place.names(artifact.replace(/\/artifact$/, "")), ["artifact"]);
});
