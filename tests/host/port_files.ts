/** The files of a port that are neither programs nor libraries, and what is changed in all of them. */
import { basename, dirname, join } from "@std/path";
import { globToRegExp } from "@std/path";
import { useOwnLoader } from "./compile.ts";
import type { Port } from "./ports.ts";
import { exists, must } from "./process.ts";

/** Copies a folder, or what the patterns name in it. Returns the libraries among it, for these need others. */
export async function copyPart(
  debian: string,
  from: string,
  to: string,
  patterns: readonly string[],
): Promise<string[]> {
  await Deno.mkdir(to, { recursive: true });
  for (const source of [debian + from, from]) {
    if (!await exists(source)) continue;
    const names = (await Array.fromAsync(Deno.readDir(source))).map((entry) => entry.name)
      .filter((name) => wanted(name, patterns)).sort();
    for (const name of names) await must(["cp", "-RL", join(source, name), join(to, name)]);
    if (names.length === 0) continue;
    const libraries = await must(["find", ...names.map((name) => join(source, name)), "-name", "*.so"]);
    return libraries.split("\n").filter((path) => path !== "");
  }
  throw new Error(`Cannot find "${from}" (${patterns.join(" ")}): run "sh scripts/provision"`);
}

/** True when the patterns name it: any of the plain ones, when there are such, and none of those with `!`. */
function wanted(name: string, patterns: readonly string[]): boolean {
  const matches = (pattern: string) => globToRegExp(pattern).test(name);
  const [without, only] = [true, false].map((negated) =>
    patterns.filter((pattern) => pattern.startsWith("!") === negated).map((pattern) =>
      pattern.replace(/^!/, "")
    )
  );
  return (only!.length === 0 || only!.some(matches)) && !without!.some(matches);
}

/** Does what the lines `sed`, `patch` and `user` say. */
export async function adjust(port: Port, tree: string): Promise<void> {
  for (const [word, first = "", second = ""] of port.lines) {
    if (word === "sed") await must(["sed", "-i", second, join(tree, "usr/local", first)]);
    if (word === "patch") await patchAll(tree, first, second);
  }
  if (port.lines.some(([word]) => word === "tree")) await ownLoaders(join(tree, "usr/local"));
  const script = port.lines.flatMap((line) => installLines(line));
  if (script.length === 0) return;
  const path = join(tree, "usr/local/libexec/testhost/install", port.name);
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeTextFile(path, script.map((line) => `${line}\n`).join(""));
}

/** The script that pkg runs before it brings the files; PKG_ROOTDIR is the root that the package is installed in. */
function installLines([word, name = "", ...rest]: readonly string[]): string[] {
  if (word !== "user") return [];
  const [id, home = "", shell, ...comment] = rest;
  const pw = 'pw -R "$PKG_ROOTDIR/"';
  const lines = [
    'echo "===> Creating groups."',
    `if ${pw} groupshow ${name} >/dev/null 2>&1; then echo "Using existing group '${name}'."; else`,
    `echo "Creating group '${name}' with gid '${id}'."; ${pw} groupadd ${name} -g ${id}; fi`,
    'echo "===> Creating users"',
    `if ${pw} usershow ${name} >/dev/null 2>&1; then echo "Using existing user '${name}'."; else`,
    `echo "Creating user '${name}' with uid '${id}'."`,
    `${pw} useradd ${name} -u ${id} -g ${id} -c "${comment.join(" ")}" -d ${home} -s ${shell}; fi`,
  ];
  if (home === "/nonexistent") return lines;
  return [...lines, `install -d -o ${id} -g ${id} "$PKG_ROOTDIR${home}"`];
}

/** Programs among the files of a folder, as Erlang has them, look for their loader where FreeBSD has a directory. */
async function ownLoaders(folder: string): Promise<void> {
  const found = await must(["find", folder, "-type", "f", "-perm", "-u+x", "-size", "+4k"]);
  for (const path of found.trim().split("\n")) if (path !== "") await useOwnLoader(path);
}

/** Replaces a text in programs and libraries, keeping their length. */
async function patchAll(tree: string, old: string, text: string): Promise<void> {
  const listed = await must(["grep", "-rlaF", "--include=*", old, tree]);
  for (const path of listed.trim().split("\n")) {
    if (!isBinary(path)) continue;
    const bytes = await Deno.readFile(path);
    replace(bytes, `${old}\0`, `${text}\0`);
    await Deno.chmod(path, 0o755);
    await Deno.writeFile(path, bytes);
  }
}

function isBinary(path: string): boolean {
  return /\.so(\.|$)/.test(basename(path)) || path.includes("/libexec/testhost/");
}

function replace(bytes: Uint8Array, old: string, text: string): void {
  const [from, to] = [old, text.padEnd(old.length, "\0")].map((word) => new TextEncoder().encode(word));
  for (let at = bytes.indexOf(from![0]!); at >= 0; at = bytes.indexOf(from![0]!, at + 1)) {
    if (from!.every((byte, index) => bytes[at + index] === byte)) bytes.set(to!, at);
  }
}
