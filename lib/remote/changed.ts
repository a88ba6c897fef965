// A file sent to a server that keeps another one much like it: only what that one lacks is sent.

import { script } from "../core/script.ts";
import { type Command, document, type Script, sh } from "../core/sh.ts";
import type { Chunk, Chunks } from "./chunks.ts";
import { type Expected, received } from "./files.ts";
import { type FileRange, piecesOf } from "./local_file.ts";
import type { Runner, RunOptions } from "./runner.ts";

/** A piece of a new file, in whole blocks, that stands in the kept one, too. */
export interface Found extends FileRange {
  /** Where it is in the kept file: at a whole block. */
  readonly from: number;
}

/** Bytes of a block: dd reads a piece in one go when it is made of blocks. */
const block = 512;
/** Bytes of the shortest piece that is worth a process on the server. */
const least = 16 * 1024;
/** Processes are slower than a fast network: so many pieces are taken from the kept file, the longest ones. */
const most = 500;
/** Bytes that are copied at once on the server. */
const atOnce = 1024 * 1024;

/** Finds the pieces of a new file that a kept one has. */
export function findPieces(wanted: Chunks, kept: Chunks): Found[] {
  if (wanted.bits !== kept.bits) return [];
  const found = runsOf(wanted.chunks, kept.chunks).map(wholeBlocks).filter(({ length }) => length >= least);
  if (found.length <= most) return found;
  const longest = found.toSorted((a, b) => b.length - a.length).slice(0, most);
  return longest.sort((a, b) => a.start - b.start);
}

/** Neighbouring chunks that are neighbours in the kept file, too. */
function runsOf(wanted: readonly Chunk[], kept: readonly Chunk[]): Found[] {
  const places = placesOf(kept);
  const runs: { start: number; from: number; length: number; next: number }[] = [];
  let start = 0;
  for (const chunk of wanted) {
    const run = runs.at(-1);
    const follows = run && run.start + run.length === start ? kept[run.next] : undefined;
    if (run && follows?.sum === chunk.sum && follows.length === chunk.length) {
      run.length += chunk.length;
      run.next++;
    } else {
      const place = places.get(chunk.sum);
      if (place?.length === chunk.length) runs.push({ ...place, start, next: place.index + 1 });
    }
    start += chunk.length;
  }
  return runs;
}

/** Where each chunk stands first: those behind it follow by themselves. */
function placesOf(kept: readonly Chunk[]) {
  const places = new Map<number, { index: number; from: number; length: number }>();
  let from = 0;
  for (const [index, { sum, length }] of kept.entries()) {
    if (!places.has(sum)) places.set(sum, { index, from, length });
    from += length;
  }
  return places;
}

function wholeBlocks({ start, from, length }: Found): Found {
  const skipped = (block - from % block) % block;
  const rest = Math.max(0, length - skipped);
  return { start: start + skipped, from: from + skipped, length: rest - rest % block };
}

/** The ranges of a new file between the pieces that were found. */
export function missingRanges(found: readonly Found[], size: number): FileRange[] {
  const ends = [0, ...found.map(({ start, length }) => start + length)];
  const starts = [...found.map(({ start }) => start), size];
  return ends.map((start, index) => ({ start, length: (starts[index] ?? size) - start }))
    .filter(({ length }) => length > 0);
}

/** Receives what a kept file lacks on standard input, and puts the new file together by lines; the whole is verified. */
export function receiveChanged(
  path: string,
  expected: Expected,
  kept: string,
  lines: string,
): Command {
  const [part, sent] = [`${path}.part`, `${path}.sent`];
  return received(
    path,
    expected,
    sh`rm -f ${part} ${sent} && cat >${sent} && exec 3<${sent} || fail 'Cannot write the file'
while read -r from count; do
  case $from in
  -) dd bs="$count" count=1 status=none <&3 ;;
  *) dd if=${kept} ibs=${block} obs=${atOnce} skip="$from" count="$count" status=none ;;
  esac || fail 'Cannot put the file together'
done >${part} ${document(lines)}
exec 3<&- && rm -f ${sent}`,
    sh`rm -f ${part} ${sent}`,
  );
}

/** The new file piece by piece: a line `- BYTES` for what is sent, `FIRST COUNT` for blocks of the kept file. */
export function linesOf(found: readonly Found[], size: number): string {
  const pieces: (FileRange & Partial<Found>)[] = [...found, ...missingRanges(found, size)];
  return pieces.sort((a, b) => a.start - b.start).map(({ from, length }) => {
    if (from !== undefined) return `${from / block} ${length / block}\n`;
    const rest = length % atOnce;
    return `- ${atOnce}\n`.repeat((length - rest) / atOnce) + (rest === 0 ? "" : `- ${rest}\n`);
  }).join("");
}

/** How to send what is new of a file. */
export interface ChangedOptions extends RunOptions {
  /** Size and checksum of the whole file, and its permissions there. */
  readonly expected: Expected;
  /** The file there that has pieces of it. */
  readonly kept: string;
  /** The pieces. */
  readonly found: readonly Found[];
  /** Run there first. */
  readonly before: Script;
  /** Called as bytes are sent. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Sends what is new of a local file.
 *
 * @returns how many bytes were sent
 * @throws {CommandError} when the whole is not right there, since the kept file isn't what it was; nothing is left of it
 */
export async function uploadChanged(
  server: Pick<Runner, "run">,
  local: string,
  path: string,
  { expected, kept, found, before, onProgress, ...rest }: ChangedOptions,
): Promise<number> {
  const ranges = missingRanges(found, expected.size);
  const total = ranges.reduce((sum, { length }) => sum + length, 0);
  let done = 0;
  using file = await Deno.open(local);
  const pieces = rangesOf(file, ranges, (count) => onProgress?.(done += count, total));
  await server.run(script(before, receiveChanged(path, expected, kept, linesOf(found, expected.size))), {
    ...rest,
    stdin: ReadableStream.from(pieces),
  });
  return total;
}

async function* rangesOf(file: Deno.FsFile, ranges: readonly FileRange[], onPiece: (count: number) => void) {
  for (const { start, length } of ranges) {
    await file.seek(start, Deno.SeekMode.Start);
    yield* piecesOf(file, onPiece, length);
  }
}
