/** The CRC-32 checksum of bytes; younger than the types of Node that the SSH library brings along. */
export function crc32(data: Uint8Array | string, value?: number): number;
