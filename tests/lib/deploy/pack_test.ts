import { assert, assertEquals, assertLess } from "@std/assert";
import { Buffer } from "node:buffer";
import * as zlib from "node:zlib";
import { compressor, packDirectory } from "../../../lib/deploy/pack.ts";
import { CommandError } from "../../../lib/core/error.ts";
import { findPieces, missingRanges } from "../../../lib/remote/changed.ts";
import { chunksOf, sizesFor } from "../../../lib/remote/chunks.ts";
import { local } from "../../../lib/remote/local.ts";
import { assertRejects } from "@std/assert";
import { seeded } from "../../shell.ts";

/** Their types name no zstd. */
const { gzipSync, zstdCompressSync, zstdDecompressSync } = zlib as unknown as Record<
  "gzipSync" | "zstdCompressSync" | "zstdDecompressSync",
  (bytes: Uint8Array) => Uint8Array
>;

const { signal } = new AbortController();

async function directory(): Promise<AsyncDisposable & { path: string }> {
  const path = await Deno.makeTempDir({ prefix: "alcaide-pack-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** The contents of zstd's frames: Deno reads one at a time. */
function frames(packed: Uint8Array): Uint8Array {
  const [all, magic] = [Buffer.from(packed), Buffer.from("28b52ffd", "hex")];
  const contents: Uint8Array[] = [];
  for (let start = 0, end; start < all.length; start = end) {
    end = all.indexOf(magic, start + 1);
    if (end < 0) end = all.length;
    contents.push(zstdDecompressSync(all.subarray(start, end)));
  }
  return Buffer.concat(contents);
}

/** Text of words, which compression makes smaller. */
function words(seed: number, count: number): string {
  const random = seeded(seed);
  return Array.from({ length: count }, () => `${Math.floor(random() * 9999)} `).join("");
}

Deno.test("packDirectory() makes a tarball of which most stays as it was when a file changes", async () => {
  await using place = await directory();
  const release = `${place.path}/release`;
  await Deno.mkdir(release);
  for (let i = 0; i < 8; i++) await Deno.writeTextFile(`${release}/${i}`, words(i, 50_000));
  const [before, after] = [`${place.path}/before`, `${place.path}/after`];
  await packDirectory(local(), release, before, signal);
  await Deno.writeTextFile(`${release}/4`, `new ${words(4, 50_000)}`);
  await packDirectory(local(), release, after, signal);
  const { size } = await Deno.stat(after);
  const found = findPieces(await chunksOf(after, sizesFor(size)), await chunksOf(before, sizesFor(size)));
  const sent = missingRanges(found, size).reduce((sum, { length }) => sum + length, 0);
  assertLess(sent, 0.25 * size);
  await Deno.writeFile(`${place.path}/tar`, frames(await Deno.readFile(after)));
  const { stdout } = await new Deno.Command("tar", { args: ["-xOf", `${place.path}/tar`, "./4"] }).output();
  assertEquals(new TextDecoder().decode(stdout), `new ${words(4, 50_000)}`);
  assertLess(size, 0.6 * 8 * words(1, 50_000).length);
});

Deno.test("packDirectory() leaves no tarball of a directory that can't be packed", async () => {
  await using place = await directory();
  await assertRejects(
    () => packDirectory(local(), `${place.path}/none`, `${place.path}/packed`, signal),
    CommandError,
  );
  assertEquals(await Array.fromAsync(Deno.readDir(place.path)), []);
});

Deno.test("compressor() is zstd's, and gzip's in a Deno that only names zstd", () => {
  assert(compressor(zlib) === zstdCompressSync);
  assert(compressor({ constants: {}, gzipSync, zstdCompressSync }) === gzipSync);
});
