/** Things that tests make once and keep. */

import { basename, dirname, join } from "@std/path";

/** So many milliseconds after its last use no run is at work with a directory. */
const day = 24 * 60 * 60_000;

/**
 * Makes a directory `NAME-STATE` unless it is there: beside the place, and renames it, so that test runs side by side do no harm.
 * Those of other states go once they have not been used for a day.
 *
 * @param make fills an empty directory
 */
export async function madeOnce(directory: string, make: (fresh: string) => Promise<void>): Promise<void> {
  if (await isThere(directory)) {
    // Its time is that of its last use. Another user's keeps the one that it has.
    return await Deno.utime(directory, new Date(), new Date()).catch(() => {});
  }
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
  await removeUnused(directory);
}

async function removeUnused(directory: string): Promise<void> {
  const all = dirname(directory);
  const named = basename(directory).replace(/[^-]*$/, "");
  for await (const { name } of Deno.readDir(all)) {
    if (!name.startsWith(named)) continue;
    const path = join(all, name);
    // Another run removes the same ones.
    const { mtime } = await Deno.stat(path).catch(() => ({ mtime: null }));
    if (mtime && mtime.getTime() < Date.now() - day) {
      await Deno.remove(path, { recursive: true }).catch(() => {});
    }
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await Deno.stat(path).catch(() => undefined))?.isDirectory ?? false;
}
