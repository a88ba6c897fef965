/**
 * All files of a test host, read from outside: their kinds, modes, owners and contents.
 */

import { join } from "@std/path";
import { sh } from "../../lib/core/sh.ts";
import type { Place } from "./place.ts";

/** Paths that differ after any two minutes on a server, or belong to pkg and Caddy, each with what it is. */
export const changing: Readonly<Record<string, RegExp>> = {
  "kernel's and programs' own": /^\/(dev|proc|tmp|run|var\/run|var\/tmp|libexec\/testhost)(\/|$)/,
  "the test host's own": /^\/var\/db\/testhost(\/|$)/,
  "directories that its pkg, other than FreeBSD's, leaves empty":
    /^\/usr\/local\/(bin|libexec)(\/testhost)?$/,
  logs: /^\/var\/log(\/|$)/,
  "pkg, which setup bootstraps, its database and its downloads":
    /^\/(usr\/local\/sbin(\/pkg)?|var\/db\/pkg(\/.*)?|var\/cache(\/.*)?)$/,
  "Caddy's certificates and its authority":
    /^\/(var\/db\/caddy|root\/\.(step|config|local|cache)|\.step|\.config|\.local)(\/|$)/,
};

/** Reads the whole host: path to a line that says what is there. */
export async function wholeHost({ test, server }: Place): Promise<ReadonlyMap<string, string>> {
  if (test === undefined) throw new Error("Only the test host can be read from outside");
  const found = new Map<string, string>();
  const root = test.files();
  const walk = async (path: string) => {
    for await (const { name } of Deno.readDir(join(root, path))) {
      const at = join(path, name);
      if (Object.values(changing).some((pattern) => pattern.test(at))) continue;
      const info = await Deno.lstat(join(root, at));
      const kind = info.isSymlink
        ? `link ${await Deno.readLink(join(root, at))}`
        : info.isDirectory
        ? "directory"
        : info.isFile
        ? `file ${info.size} ${await digest(join(root, at), info)}`
        : "other";
      found.set(at, `${kind} ${((info.mode ?? 0) & 0o7777).toString(8)} ${info.uid}:${info.gid}`);
      if (info.isDirectory) await walk(at);
    }
  };
  await walk("/");
  const state = await server.read(
    sh`mount -p; ifconfig -l; jls name; kldstat -q -m pf && echo pf; zfs list -H -t all -o name 2>/dev/null; :`,
  );
  for (const row of state.split("\n")) found.set(`state ${row}`, "");
  return found;
}

/** Of the base system's large programs the size and the inode say enough: nobody writes to them in place. */
async function digest(path: string, { size, ino }: Deno.FileInfo): Promise<string> {
  if (size > 200_000) return `inode ${ino}`;
  const hash = await crypto.subtle.digest("SHA-256", await Deno.readFile(path));
  return new Uint8Array(hash).toHex();
}

/** The differences of two of them, a line each. */
export function differences(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.filter((path) => before.get(path) !== after.get(path))
    .map((path) => `${path}: ${before.get(path) ?? "nothing"} -> ${after.get(path) ?? "nothing"}`);
}

/** All paths of a test host that have our name, wherever they are. */
export async function ourNames({ test }: Place): Promise<string[]> {
  const root = test?.files() ?? "";
  const args = [root, "-name", "*alcaide*", "-not", "-path", "*/proc/*", "-printf", "/%P\\n"];
  const { stdout } = await new Deno.Command("find", { args, stderr: "null" }).output();
  return new TextDecoder().decode(stdout).split("\n").filter((path) => path !== "").sort();
}
