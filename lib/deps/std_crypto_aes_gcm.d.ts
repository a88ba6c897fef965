/** Encrypts with a random 96-bit nonce: nonce, ciphertext and 128-bit tag in one piece. */
export function encryptAesGcm(
  key: CryptoKey,
  plaintext: BufferSource,
  options?: { additionalData?: BufferSource },
): Promise<Uint8Array<ArrayBuffer>>;
/** Decrypts what {@linkcode encryptAesGcm} made; throws when a bit of it, the key or the additional data is another. */
export function decryptAesGcm(
  key: CryptoKey,
  data: BufferSource,
  options?: { additionalData?: BufferSource },
): Promise<Uint8Array<ArrayBuffer>>;
