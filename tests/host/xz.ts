/**
 * An .xz file that stores its content as it is. To pack and unpack a base system with real compression costs a second or
 * two of a processor each time, and every test that prepares a server unpacks one.
 *
 * Format: https://tukaani.org/xz/xz-file-format.txt; LZMA2 knows chunks that are not compressed.
 */
import { crc32 } from "../crc32.ts";

const chunkSize = 65_536;
/** The check is CRC32. */
const flags = [0x00, 0x01];
const headerMagic = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
const footerMagic = [0x59, 0x5a];
/** One filter, LZMA2 (0x21) with one byte of properties: a dictionary of 1 MB. */
const blockHeader = [0x02, 0x00, 0x21, 0x01, 0x10, 0x00, 0x00, 0x00];

/** Writes a file as an .xz file. */
export async function storeAsXz(from: string, to: string): Promise<void> {
  const content = await Deno.readFile(from);
  using file = await Deno.open(to, { create: true, write: true, truncate: true });
  const write = async (bytes: Uint8Array) => {
    for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await file.write(rest));
  };
  await write(withCrc(flags, headerMagic));
  await write(withCrc(blockHeader));
  let size = blockHeader.length + 4;
  for (let at = 0; at < content.length; at += chunkSize) {
    const chunk = content.subarray(at, at + chunkSize);
    const last = chunk.length - 1;
    await write(Uint8Array.of(at === 0 ? 1 : 2, last >> 8, last & 255));
    await write(chunk);
    size += 3 + chunk.length;
  }
  size += 1;
  await write(padded([0], size - 1));
  await write(littleEndian(crc32(content)));
  const index = withCrc([...padded([0x00, 0x01, ...variable(size + 4), ...variable(content.length)], 0)]);
  await write(index);
  const backward = [...littleEndian(index.length / 4 - 1), ...flags];
  await write(Uint8Array.of(...littleEndian(crc32(Uint8Array.from(backward))), ...backward, ...footerMagic));
}

function withCrc(bytes: readonly number[], before: readonly number[] = []): Uint8Array {
  return Uint8Array.of(...before, ...bytes, ...littleEndian(crc32(Uint8Array.from(bytes))));
}

function littleEndian(value: number): Uint8Array {
  return Uint8Array.from([0, 8, 16, 24], (shift) => value >>> shift & 255);
}

/** Zeros after the bytes, so that with what stands before them their number is a multiple of four. */
function padded(bytes: readonly number[], before: number): Uint8Array {
  const zeros = (4 - (before + bytes.length) % 4) % 4;
  return Uint8Array.of(...bytes, ...new Array<number>(zeros).fill(0));
}

/** A number in groups of seven bits, the lowest first. */
function variable(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push(rest % 128 | 0x80);
  return [...bytes, rest];
}
