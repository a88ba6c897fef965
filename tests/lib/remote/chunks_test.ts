import { assertEquals, assertGreater, assertLess } from "@std/assert";
import {
  type Chunks,
  chunksOf,
  chunksText,
  cutter,
  parseChunks,
  sizesFor,
} from "../../../lib/remote/chunks.ts";
import { seeded } from "../../shell.ts";

const sizes = sizesFor(1);

/** Bytes that are the same for the same seed. */
function noise(seed: number, length: number): Uint8Array<ArrayBuffer> {
  const random = seeded(seed);
  const words = Uint32Array.from({ length: Math.ceil(length / 4) }, () => random() * 2 ** 32);
  return new Uint8Array(words.buffer, 0, length);
}

/** Lengths of the chunks of bytes that are added in pieces. */
function lengths(bytes: Uint8Array, piece = bytes.length): number[] {
  const found: number[] = [];
  const cutting = cutter(sizes, ({ length }) => found.push(length));
  for (let at = 0; at < bytes.length; at += piece) cutting.add(bytes.subarray(at, at + piece));
  cutting.end();
  return found;
}

Deno.test("cutter() cuts the same bytes where it always did", () => {
  // Other borders make nothing wrong, but every server's next upload a whole one.
  assertEquals(lengths(noise(1, 60_000)), [21321, 8257, 16556, 7152, 5480, 1234]);
});

Deno.test("cutter() cuts alike whatever the pieces that bytes come in", () => {
  const bytes = noise(2, 300_000);
  for (const piece of [1, 31, 4096, 65_536, 100_000]) assertEquals(lengths(bytes, piece), lengths(bytes));
});

Deno.test("cutter() makes no chunk that is too small or too large, and loses nothing", () => {
  for (const bytes of [noise(3, 500_000), new Uint8Array(500_000)]) {
    const all = lengths(bytes);
    assertEquals(all.reduce((sum, length) => sum + length), bytes.length);
    assertEquals(all.slice(0, -1).filter((length) => length < sizes.least || length > sizes.most), []);
  }
  assertEquals(lengths(new Uint8Array()), []);
});

Deno.test("cutter() finds its borders again after what was put in", () => {
  const bytes = noise(4, 400_000);
  const borders = (all: number[]) => all.map((_, index) => all.slice(0, index + 1).reduce((a, b) => a + b));
  for (const [at, added] of [[0, 1], [123_456, 37], [200_000, 5000]] as const) {
    const more = new Uint8Array([...bytes.subarray(0, at), ...noise(at, added), ...bytes.subarray(at)]);
    const moved = new Set(borders(lengths(bytes)).map((border) => border <= at ? border : border + added));
    const lost = borders(lengths(more)).filter((border) => !moved.has(border));
    assertLess(lost.length, 5 + added / 2000, `${at}`);
  }
});

Deno.test("sizesFor() keeps the list of a large file small", () => {
  assertEquals([sizesFor(2 ** 28 - 1).bits, sizesFor(2 ** 28).bits], [13, 16]);
});

Deno.test("chunksOf() and their text tell a file", async () => {
  const path = await Deno.makeTempFile({ prefix: "alcaide-chunks-" });
  await Deno.writeFile(path, noise(5, 700_000));
  const chunks = await chunksOf(path, sizes);
  await Deno.remove(path);
  assertEquals(chunks.chunks.map(({ length }) => length), lengths(noise(5, 700_000)));
  assertGreater(new Set(chunks.chunks.map(({ sum }) => sum)).size, 40);
  assertEquals(parseChunks(chunksText(chunks), 700_000), chunks);
});

Deno.test("the text of chunks holds the largest values", () => {
  const chunks: Chunks = { bits: 16, chunks: [{ sum: 2 ** 40 - 1, length: 2 ** 19 }, { sum: 0, length: 1 }] };
  assertEquals(parseChunks(chunksText(chunks), 2 ** 19 + 1), chunks);
  const many = { bits: 13, chunks: Array.from({ length: 1000 }, (_, sum) => ({ sum, length: 7 })) };
  assertEquals(parseChunks(chunksText(many), 7000), many);
  assertLess(Math.max(...chunksText(many).split("\n").map(({ length }) => length)), 1100);
});

for (
  const [name, text, size] of [
    ["nothing", "", 0],
    ["another size", chunksText({ bits: 13, chunks: [{ sum: 1, length: 2 }] }), 3],
    ["a cut off line", chunksText({ bits: 13, chunks: [{ sum: 1, length: 2 }] }).slice(0, -4), 2],
    ["other characters", "13\n<html>\n", 2],
    ["no number of bits", "x\nAAAAAAAAAAI=\n", 2],
  ] as const
) {
  Deno.test(`parseChunks() takes no text with ${name}`, () =>
    assertEquals(parseChunks(text, size), undefined));
}
