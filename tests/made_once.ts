/** Things that tests make once and keep. */

import { basename, dirname } from "@std/path";

/**
 * Makes a directory unless it is there: beside the place, and renames it, so that test runs side by side do no harm.
 *
 * @param make fills an empty directory
 */
export async function madeOnce(directory: string, make: (fresh: string) => Promise<void>): Promise<void> {
  if (await isThere(directory)) return;
  await Deno.mkdir(dirname(directory), { recursive: true });
  const fresh = await Deno.makeTempDir({ dir: dirname(directory), prefix: `${basename(directory)}-new-` });
  try {
    await make(fresh);
    await Deno.chmod(fresh, 0o755);
    await Deno.rename(fresh, directory);
  } catch (cause) {
    await Deno.remove(fresh, { recursive: true });
    if (!await isThere(directory)) throw cause;
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await Deno.stat(path).catch(() => undefined))?.isDirectory ?? false;
}
