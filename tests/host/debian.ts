/**
 * The Debian pieces of the test host's world: programs and libraries, taken from the packages that `scripts/provision`
 * downloaded, else from this machine.
 */
import { basename, dirname, join } from "@std/path";
import { compileIcuData, useOwnLoader } from "./compile.ts";
import { exists, must, output } from "./process.ts";

/** Where the downloaded packages are. */
export const packages: string = join(cache(), "debs");

/** The git-ignored folder for everything that can be made again. */
export function cache(): string {
  return new URL("../../.cache/testhost", import.meta.url).pathname;
}

/** Unpacks the downloaded packages into one tree. */
export async function unpackPackages(tree: string): Promise<void> {
  await Deno.mkdir(tree, { recursive: true });
  for (const name of await packageFiles()) {
    await must(["dpkg-deb", "-x", join(packages, name), tree]);
  }
}

/** The names of the downloaded packages, in order; none before "scripts/provision". */
export async function packageFiles(): Promise<string[]> {
  const names: string[] = [];
  if (!await exists(packages)) return names;
  for await (const entry of Deno.readDir(packages)) {
    if (entry.name.endsWith(".deb")) names.push(entry.name);
  }
  return names.sort();
}

/** Finds a program by its Debian path: in the unpacked packages first, then on this machine. Links are followed. */
export async function findProgram(
  tree: string,
  path: string,
): Promise<string | undefined> {
  const tail = path.replace(/^\/usr\//, "/");
  for (const place of [tree + path, tree + tail, path, `/usr${tail}`, tail]) {
    if (!await exists(place)) continue;
    const real = await Deno.realPath(place).catch(() => undefined);
    if (real !== undefined) return real;
  }
  return undefined;
}

/** Copies a program to a path in the world. */
export async function copyProgram(from: string, to: string): Promise<void> {
  await Deno.mkdir(dirname(to), { recursive: true });
  await Deno.copyFile(from, to);
  await Deno.chmod(to, 0o755);
  await useOwnLoader(to);
  await Deno.chmod(to, 0o555);
}

/** Copies every library that the programs need to where the world's loader looks for it. */
export async function copyLibraries(
  tree: string,
  programs: readonly string[],
  world: string,
): Promise<void> {
  const folders = await libraryFolders(tree);
  const listed = await output(["ldd", ...programs], {
    env: { LD_LIBRARY_PATH: folders.join(":"), LC_ALL: "C" },
  });
  const missing = /^\s*(\S+) => not found/m.exec(listed.stdout);
  if (missing) {
    throw new Error(
      `Cannot find the library "${missing[1]}": remove .cache/testhost/debs and run "sh scripts/provision"`,
    );
  }
  const found = new Set<string>();
  for (const match of listed.stdout.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)) {
    found.add(match[1]!);
  }
  for (const path of found) await copyLibrary(path, world);
}

async function copyLibrary(path: string, world: string): Promise<void> {
  // The loader's path is written in every program; the rest lies where it looks without a cache.
  const to = /\/ld-linux[^/]*$/.test(path)
    ? join(world, "lib", basename(path))
    : join(world, "lib", machineTriplet(), basename(path));
  if (await exists(to)) return;
  await Deno.mkdir(dirname(to), { recursive: true });
  if (basename(path).startsWith("libicudata.")) return await compileIcuData(to);
  await Deno.copyFile(path, to);
  await Deno.chmod(to, /\/ld-linux/.test(to) ? 0o755 : 0o644);
}

async function libraryFolders(tree: string): Promise<string[]> {
  const triplet = machineTriplet();
  const folders = [`${tree}/usr/lib/${triplet}`, `${tree}/lib/${triplet}`];
  const there = await Promise.all(folders.map(exists));
  return folders.filter((_, index) => there[index]);
}

/** Debian's name for this machine's architecture, as in the path of its libraries. */
export function machineTriplet(): string {
  return `${Deno.build.arch}-linux-gnu`;
}
