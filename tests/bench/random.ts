/** Files that nothing can compress. */

import { randomBytes } from "node:crypto";

/** Writes so many megabytes of random bytes. */
export async function writeRandom(path: string, megabytes: number): Promise<void> {
  using file = await Deno.create(path);
  const writer = file.writable.getWriter();
  for (let written = 0; written < megabytes; written++) await writer.write(randomBytes(2 ** 20));
  await writer.close();
}
