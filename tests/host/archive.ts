/** The release that the mirror serves: base.txz with its flags, and the MANIFEST beside it. */
import { encodeHex } from "./hex.ts";
import { dirname, fromFileUrl, join } from "@std/path";
import { findProgram } from "./debian.ts";
import { must } from "./process.ts";
import { immutable } from "./tree.ts";
import { storeAsXz } from "./xz.ts";

const older = fromFileUrl(new URL("etc13", import.meta.url));

/** The release of the world as it is built. */
export const builtRelease = "15.0-RELEASE";

/** Packs the tree and lays it out as a release mirror does. */
export async function buildMirror(
  mirror: string,
  base: string,
  debian: string,
): Promise<void> {
  await publish(mirror, builtRelease, base, debian);
}

/** Adds a release to a mirror: the same tree, but its files say another version. The caller holds the world's lock. */
export async function addRelease(
  mirror: string,
  release: string,
  base: string,
  debian: string,
): Promise<void> {
  const tree = join(mirror, `../base-${release}`);
  await must(["rm", "-rf", tree]);
  await must(["cp", "-al", base, tree]);
  await writeRelease(tree, base, release);
  // Flags belong to the file, not to its name: those that get one must not be the world's.
  for (const path of immutable(release)) {
    if (path === "var/empty") continue;
    const text = await Deno.readFile(join(base, path)).catch(() => new Uint8Array());
    await replaceFile(join(tree, path), text, 0o555);
  }
  if (/^13/.test(release)) await Deno.writeTextFile(join(tree, ".profile"), "# .profile\n");
  await publish(mirror, release, tree, debian);
  await must(["rm", "-rf", tree]);
}

/** Where a mirror has a release. */
export function releaseFolder(mirror: string, release: string): string {
  return join(mirror, "amd64/amd64", release);
}

/** Writes into a tree which release it is, with the files of /etc that 13.2 had otherwise than 15.0 (etc13). */
export async function writeRelease(tree: string, base: string, release: string): Promise<void> {
  const script = await Deno.readTextFile(join(base, "bin/freebsd-version"));
  const text = script.replace(/^USERLAND_VERSION=.*$/m, `USERLAND_VERSION="${release}"`);
  await replaceFile(join(tree, "bin/freebsd-version"), text, 0o555);
  await replaceFile(join(tree, "etc/testhost-release"), `${release}\n`, 0o644);
  if (!release.startsWith("13")) return;
  await Deno.mkdir(join(tree, "etc/rc.d"), { recursive: true });
  await must(["cp", "-R", "--remove-destination", `${older}/.`, join(tree, "etc")]);
}

/** Makes a new file: the one that is there may be a link to another tree's. */
async function replaceFile(path: string, text: string | Uint8Array, mode: number): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.remove(path).catch(() => {});
  await Deno.writeFile(path, typeof text === "string" ? new TextEncoder().encode(text) : text);
  await Deno.chmod(path, mode);
}

async function publish(mirror: string, release: string, tree: string, debian: string): Promise<void> {
  const folder = releaseFolder(mirror, release);
  const building = `${folder}.new`;
  await must(["rm", "-rf", building]);
  await Deno.mkdir(building, { recursive: true });
  const archive = join(building, "base.txz");
  await pack(tree, archive, immutable(release).map((path) => join(tree, path)), debian);
  await Deno.writeTextFile(join(building, "MANIFEST"), await manifest(tree, archive));
  await Deno.rename(building, folder);
}

/** The flags are put on the tree for the time of packing only: a world with immutable files could not be removed. */
async function pack(
  base: string,
  archive: string,
  flagged: readonly string[],
  debian: string,
): Promise<void> {
  const bsdtar = await findProgram(debian, "/usr/bin/bsdtar");
  if (bsdtar === undefined) {
    throw new Error(`Cannot find "bsdtar": run "sh scripts/provision"`);
  }
  await must(["chattr", "+i", ...flagged]);
  try {
    await must([
      bsdtar,
      ...["--uid", "0", "--gid", "0", "--uname", "root", "--gname", "wheel"],
      ...["-cf", `${archive}.tar`, "-C", base, "."],
    ]);
  } finally {
    await must(["chattr", "-i", ...flagged]);
  }
  await storeAsXz(`${archive}.tar`, archive);
  await Deno.remove(`${archive}.tar`);
}

async function manifest(base: string, archive: string): Promise<string> {
  const hash = await crypto.subtle.digest(
    "SHA-256",
    await Deno.readFile(archive),
  );
  const files = await must(["find", base]);
  const count = files.split("\n").length - 1;
  return [
    "base.txz",
    encodeHex(new Uint8Array(hash)),
    `${count}`,
    "base",
    '"Base system (MANDATORY)"',
    "on",
  ].join("\t") + "\n";
}
