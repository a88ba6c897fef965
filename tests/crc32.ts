/**
 * The CRC-32 checksum. Node has it, but it is younger than the types of Node that the SSH library brings along.
 *
 * @module
 */

import zlib from "node:zlib";

/** The CRC-32 checksum of bytes; of several pieces when the checksum so far is given. */
export const crc32 = (zlib as unknown as { crc32(data: Uint8Array, value?: number): number }).crc32;
