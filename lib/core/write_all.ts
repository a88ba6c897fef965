// Writing that waits until everything is taken.

/** A writer that takes as many bytes as it can at the moment. */
export interface SyncWriter {
  writeSync(bytes: Uint8Array): number;
}

/** Writes all of some bytes before it returns. */
export function writeAll(to: SyncWriter, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += to.writeSync(bytes.subarray(done));
}
