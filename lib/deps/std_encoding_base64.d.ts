/** Bytes as base64. */
export function encodeBase64(data: ArrayBuffer | Uint8Array | string): string;
/** Bytes of a base64 text; throws for other characters. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer>;
