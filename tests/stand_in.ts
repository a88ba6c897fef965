/**
 * Shell scripts that stand in for programs.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";

const launcher = fromFileUrl(new URL("./stand_in", import.meta.url));

/**
 * Makes a program that runs some shell text. A file that was just written can't be run while another thread's child, on its
 * way to its own program, still has the file open for writing: so the program is a link to one that is never written, and
 * the text beside it is only read.
 */
export async function standIn(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(`${path}.text`, `${text}\n`);
  await Deno.remove(path).catch(() => {});
  await Deno.symlink(launcher, path);
}
