/**
 * The world: what all test hosts have in common. It is built once for a state of the sources and kept in a git-ignored
 * folder; a host lays its own changes over it.
 */
import { dirname, fromFileUrl, join } from "@std/path";
import { addRelease, buildMirror, builtRelease, releaseFolder, writeRelease } from "./archive.ts";
import { cache, packageFiles, unpackPackages } from "./debian.ts";
import { encodeHex } from "./hex.ts";
import { exists, must, output } from "./process.ts";
import { buildRepository } from "./packages.ts";
import { possiblePorts } from "./ports.ts";
import { buildBase, buildHost } from "./tree.ts";

const here = dirname(fromFileUrl(import.meta.url));

/** A built world. */
export interface World {
  /** The trees that a host's root consists of, the uppermost first. */
  readonly layers: readonly string[];
  /** The tree that base.txz holds. */
  readonly base: string;
  /** The files that the mirror serves. */
  readonly mirror: string;
  /** Installed packages as further layers, by name. */
  readonly trees: string;
  /** Locked (shared) by whoever uses the world, so that it is not removed. */
  readonly lock: string;
}

/** The world of the present sources, built when it is not there yet. */
export async function ensureWorld(): Promise<World> {
  const root = cache();
  await Deno.mkdir(root, { recursive: true });
  const world = join(root, `world-${await fingerprint()}`);
  if (!await exists(world)) await locked(root, () => build(root, world));
  return {
    layers: [join(world, "host"), join(world, "base")],
    base: join(world, "base"),
    mirror: join(world, "mirror"),
    trees: join(world, "trees"),
    lock: join(world, "lock"),
  };
}

/** Sees to it that the mirror has a release besides that of the world. */
export async function ensureRelease(world: World, release: string): Promise<void> {
  const folder = releaseFolder(world.mirror, release);
  if (await exists(folder)) return;
  await locked(cache(), async () => {
    if (await exists(folder)) return;
    await addRelease(world.mirror, release, world.base, await ensureDebian(cache()));
  });
}

/** Other processes may want the same at this moment: one builds, the others wait. */
async function locked(root: string, work: () => Promise<void>): Promise<void> {
  using lock = await Deno.open(join(root, "lock"), { create: true, write: true });
  await lock.lock(true);
  await work();
}

async function build(root: string, world: string): Promise<void> {
  if (await exists(world)) return;
  await must(["sh", join(here, "../../scripts/provision")]);
  await removeUnused(root);
  const debian = await ensureDebian(root);
  const building = `${world}.new`;
  await output(["rm", "-rf", building]);
  await buildBase(join(building, "base"), debian);
  await writeRelease(join(building, "base"), join(building, "base"), builtRelease);
  await buildHost(join(building, "host"), debian);
  await buildMirror(join(building, "mirror"), join(building, "base"), debian);
  await addRepository(root, building, debian);
  await Deno.writeTextFile(join(building, "lock"), "");
  await Deno.rename(building, world);
}

/** The packages change less often than the programs: they are built beside the world and linked into it. */
async function addRepository(root: string, world: string, debian: string): Promise<void> {
  // A package brings the libraries that the base lacks, and the base has those of its Debian programs.
  const texts = [(await packageFiles()).join("\n"), await Deno.readTextFile(join(here, "programs/PLAIN"))];
  for (const file of ["packages", "port_files", "ports"]) {
    texts.push(await Deno.readTextFile(join(here, `${file}.ts`)));
  }
  await collect(join(here, "ports"), texts);
  await collect(join(here, "c"), texts);
  texts.push((await possiblePorts()).join("\n"));
  const repository = join(root, `repository-${await hash(texts)}`);
  if (!await exists(repository)) {
    for await (const entry of Deno.readDir(root)) {
      if (entry.name.startsWith("repository-")) await must(["rm", "-rf", join(root, entry.name)]);
    }
    await buildRepository(`${repository}.new`, join(world, "base"), debian);
    await Deno.rename(`${repository}.new`, repository);
  }
  await must(["cp", "-al", join(repository, "trees"), join(world, "trees")]);
  await must(["cp", "-al", join(repository, "pkg"), join(world, "mirror/pkg")]);
}

async function ensureDebian(root: string): Promise<string> {
  const names = await packageFiles();
  const tree = join(root, `debian-${await hash([names.join("\n")])}`);
  if (await exists(tree)) return tree;
  await output(["rm", "-rf", `${tree}.new`]);
  await unpackPackages(`${tree}.new`);
  await Deno.rename(`${tree}.new`, tree);
  return tree;
}

/** Runs a script on this machine as if the downloaded packages were installed on it, and gives what it prints. */
export async function withDebian(script: string, cwd: string): Promise<string> {
  const over = 'mount -t overlay -o "lowerdir=$0/usr:/usr" overlay /usr';
  return await must(
    ["unshare", "--mount", "sh", "-ec", `${over}\n${script}`, await ensureDebian(cache())],
    { cwd },
  );
}

/** Removes the worlds of older sources that no host uses. */
async function removeUnused(root: string): Promise<void> {
  for await (const entry of Deno.readDir(root)) {
    if (!entry.name.startsWith("world-")) continue;
    const old = join(root, entry.name);
    await output(["flock", "-n", "-x", join(old, "lock"), "rm", "-rf", old]);
  }
}

/** The sources of the world, as a short text. */
async function fingerprint(): Promise<string> {
  const texts: string[] = [];
  for (const folder of ["programs", "perl", "etc", "etc13", "c", "boot", "ports"]) {
    await collect(join(here, folder), texts);
  }
  for (
    const file of [
      "world",
      "tree",
      "archive",
      "debian",
      "shell_patch",
      "packages",
      "port_files",
      "ports",
      "compile",
      "xz",
    ]
  ) {
    texts.push(await Deno.readTextFile(join(here, `${file}.ts`)));
  }
  texts.push(
    await Deno.readTextFile(join(here, "../../scripts/provision")),
    (await possiblePorts()).join("\n"),
  );
  return await hash(texts);
}

async function collect(folder: string, texts: string[]): Promise<void> {
  if (!await exists(folder)) return;
  const entries = await Array.fromAsync(Deno.readDir(folder));
  entries.sort((a, b) => a.name < b.name ? -1 : 1);
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) await collect(path, texts);
    else if (entry.isSymlink) texts.push(path, await Deno.readLink(path));
    else if (entry.isFile) {
      texts.push(path.slice(here.length), await Deno.readTextFile(path));
    }
  }
}

async function hash(texts: readonly string[]): Promise<string> {
  const bytes = new TextEncoder().encode(texts.join("\0"));
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return encodeHex(new Uint8Array(digest)).slice(0, 12);
}
