/** The release that the mirror serves: base.txz with its flags, and the MANIFEST beside it. */
import { encodeHex } from "./hex.ts";
import { join } from "@std/path";
import { findProgram } from "./debian.ts";
import { must } from "./process.ts";
import { immutable } from "./tree.ts";

/** The releases that the mirror has; their archives are one and the same. */
export const releases: readonly string[] = [
  "13.2-RELEASE",
  "14.3-RELEASE",
  "15.0-RELEASE",
];

/** Packs the tree and lays it out as a release mirror does. */
export async function buildMirror(
  mirror: string,
  base: string,
  debian: string,
): Promise<void> {
  const first = join(mirror, "amd64/amd64", releases[0]!);
  await Deno.mkdir(first, { recursive: true });
  const archive = join(first, "base.txz");
  await pack(base, archive, debian);
  await Deno.writeTextFile(
    join(first, "MANIFEST"),
    await manifest(base, archive),
  );
  for (const release of releases.slice(1)) {
    const folder = join(mirror, "amd64/amd64", release);
    await Deno.mkdir(folder);
    await Deno.link(archive, join(folder, "base.txz"));
    await Deno.link(join(first, "MANIFEST"), join(folder, "MANIFEST"));
  }
  // The machine that the observations come from fetched its archive from the top.
  await Deno.link(archive, join(mirror, "base.txz"));
}

/** The flags are put on the tree for the time of packing only: a world with immutable files could not be removed. */
async function pack(
  base: string,
  archive: string,
  debian: string,
): Promise<void> {
  const bsdtar = await findProgram(debian, "/usr/bin/bsdtar");
  if (bsdtar === undefined) {
    throw new Error(`Cannot find "bsdtar": run "sh scripts/provision"`);
  }
  const flagged = immutable.map((path) => join(base, path));
  await must(["chattr", "+i", ...flagged]);
  try {
    await must([
      ...[bsdtar, "--options", "xz:compression-level=0,xz:threads=2"],
      ...["--uid", "0", "--gid", "0", "--uname", "root", "--gname", "wheel"],
      ...["-cJf", archive, "-C", base, "."],
    ]);
  } finally {
    await must(["chattr", "-i", ...flagged]);
  }
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
