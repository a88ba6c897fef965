// Chunks of a file, cut where its contents say: a change moves no border but those near it.

import { decodeBase64, encodeBase64 } from "@std/encoding/base64";
import { readThrough } from "./local_file.ts";

/** Sizes of chunks. */
export interface ChunkSizes {
  /** Bytes of the smallest. */
  readonly least: number;
  /** Bytes of the largest. */
  readonly most: number;
  /** A border comes once in so many bytes, as a power of two. */
  readonly bits: number;
}

/** A chunk by its contents. */
export interface Chunk {
  /** 40 bits of its SHA-256 checksum. */
  readonly sum: number;
  /** In bytes. */
  readonly length: number;
}

/** A file as its chunks. */
export interface Chunks {
  /** The files that were cut alike have the same. */
  readonly bits: number;
  /** In order, without gaps. */
  readonly chunks: readonly Chunk[];
}

/** Bytes that a border depends on. */
const window = 32;

/** A number for each byte. They never change: files that servers keep were cut by them. */
const gear = Int32Array.from({ length: 256 }, (_, byte) => {
  let mixed = Math.imul(byte + 1, 0x9e3779b1);
  for (const factor of [0x85ebca6b, 0xc2b2ae35]) {
    mixed = Math.imul(mixed ^ (mixed >>> 15), factor);
  }
  return mixed ^ (mixed >>> 16);
});

/** The sizes for a file: of a large one the chunks are larger, so that their list stays small. */
export function sizesFor(bytes: number): ChunkSizes {
  const bits = bytes < 2 ** 28 ? 13 : 16;
  return { bits, least: 2 ** (bits - 1), most: 2 ** (bits + 3) };
}

/** Cuts bytes, as they are added, into chunks; each is given before the next one takes its place in memory. */
export function cutter({ least, most, bits }: ChunkSizes, take: (chunk: Uint8Array) => void) {
  const chunk = new Uint8Array(most);
  const shift = 32 - bits;
  let [length, hash] = [0, 0];
  const cut = () => {
    take(chunk.subarray(0, length));
    [length, hash] = [0, 0];
  };
  /** Goes on over added bytes to behind the next border, or to their end. */
  const isBorder = (end: number): boolean => {
    // In variables of its own: they change with every byte.
    let [at, mixed] = [Math.max(length, least - window), hash];
    for (const first = Math.min(end, least - 1); at < first; at++) {
      mixed = ((mixed << 1) + (gear[chunk[at] as number] as number)) | 0;
    }
    while (at < end) {
      mixed = ((mixed << 1) + (gear[chunk[at++] as number] as number)) | 0;
      if (mixed >>> shift !== 0) continue;
      length = at;
      return true;
    }
    [length, hash] = [end, mixed];
    return end === most;
  };
  return {
    add(bytes: Uint8Array): void {
      for (let at = 0; at < bytes.length;) {
        const before = length;
        const part = bytes.subarray(at, at + most - length);
        chunk.set(part, length);
        const ended = isBorder(length + part.length);
        at += length - before;
        if (ended) cut();
      }
    },
    end(): void {
      if (length > 0) cut();
    },
  };
}

/** Cuts a file into chunks. */
export async function chunksOf(path: string, sizes: ChunkSizes): Promise<Chunks> {
  const { createHash } = await import("node:crypto");
  const chunks: Chunk[] = [];
  const cutting = cutter(sizes, (chunk) => {
    const sum = createHash("sha256").update(chunk).digest().readUIntBE(0, 5);
    chunks.push({ sum, length: chunk.length });
  });
  await readThrough(path, cutting.add);
  cutting.end();
  return { bits: sizes.bits, chunks };
}

const row = 8;
const lineLength = 1024;

/** Chunks as lines of text: eight bytes a chunk, in base64. */
export function chunksText({ bits, chunks }: Chunks): string {
  const view = new DataView(new ArrayBuffer(chunks.length * row));
  chunks.forEach(({ sum, length }, index) => {
    view.setUint32(index * row, Math.floor(sum / 256));
    view.setUint32(index * row + 4, (sum % 256) * 2 ** 24 + length);
  });
  const lines = encodeBase64(view.buffer).match(new RegExp(`.{1,${lineLength}}`, "g")) ?? [];
  return [`${bits}`, ...lines, ""].join("\n");
}

/** Reads the text of chunks; undefined unless they make up a file of that size. */
export function parseChunks(text: string, size: number): Chunks | undefined {
  const [bits = "", ...lines] = text.split("\n");
  try {
    const bytes = decodeBase64(lines.join(""));
    const view = new DataView(bytes.buffer);
    const chunks = Array.from({ length: bytes.length / row }, (_, index) => {
      const low = view.getUint32(index * row + 4);
      return { sum: view.getUint32(index * row) * 256 + (low >>> 24), length: low % 2 ** 24 };
    });
    const whole = chunks.reduce((sum, { length }) => sum + length, 0);
    return whole === size && /^\d+$/.test(bits) ? { bits: Number(bits), chunks } : undefined;
  } catch {
    return undefined;
  }
}
