/**
 * The packages that `pkg` finds: FreeBSD's names and places, Debian's programs. `ports/NAME/port` says what a package
 * consists of, one line each:
 *
 * - `comment TEXT`
 * - `deb NAME`: the Debian package whose version it gets
 * - `if-deb NAME`: the same, and the package is there where that is
 * - `here PATH`: in place of that, a program of this machine; the package is there where it is
 * - `program DEBIAN-PATH PATH`: a program, PATH below /usr/local; its calls are recorded as those of the base are
 * - `source C-FILE PATH MODE`: a program of ours, compiled
 * - `tree DEBIAN-PATH PATH PATTERN...`: a folder with all that is in it, or what the patterns name (with `!`: but for it)
 * - `patch OLD NEW`: a text in the programs and libraries, which cannot become longer
 * - `sed PATH EXPRESSION`: a change of a text
 * - `link PATH TARGET`: a symbolic link
 * - `directory PATH`: an empty folder, an absolute path
 * - `user NAME UID HOME SHELL COMMENT`: a user and a group of the same number, made when the package is installed
 * - `owned PATH USER`: an empty folder, an absolute path, which the archive gives to that user by name
 * - `depends NAME`: another package, without which it isn't there
 *
 * `ports/NAME/files` is laid out like /usr/local. NN in names and texts stands for the version of PostgreSQL that this
 * machine's Debian has, TRIPLET for Debian's name of the architecture, GOARCH for Go's.
 */
import { basename, dirname, fromFileUrl, join } from "@std/path";
import { compile } from "./compile.ts";
import { copyLibraries, copyProgram, findProgram } from "./debian.ts";
import { type Port, ports, readPorts } from "./ports.ts";
import { adjust, copyPart } from "./port_files.ts";
import { exists, must } from "./process.ts";

/** Builds the repository: `trees/NAME` as installed, and `pkg` as the mirror serves it. */
export async function buildRepository(
  repository: string,
  base: string,
  debian: string,
): Promise<void> {
  await Deno.mkdir(join(repository, "pkg"), { recursive: true });
  const index: string[] = [];
  for (const port of await readPorts()) {
    const tree = join(repository, "trees", port.name);
    await buildTree(port, tree, base, debian);
    const depends = port.lines.filter(([word]) => word === "depends").map(([, name]) => name);
    index.push([port.name, port.version, depends.join(",") || "-", port.comment].join("\t"));
    await pack(port, tree, repository, debian);
    await copySamples(tree);
  }
  await Deno.writeTextFile(join(repository, "pkg/packages"), index.map((line) => `${line}\n`).join(""));
}

async function buildTree(port: Port, tree: string, base: string, debian: string): Promise<void> {
  const local = join(tree, "usr/local");
  await Deno.mkdir(local, { recursive: true });
  await copyFiles(port, local);
  const programs: string[] = [];
  for (const [word, from = "", to = "", ...rest] of port.lines) {
    if (word === "directory" || word === "owned") await Deno.mkdir(join(tree, from), { recursive: true });
    if (word === "tree") programs.push(...await copyPart(debian, from, placed(tree, to), rest));
    if (word === "link") await link(join(tree, from), to);
    if (word !== "program" && word !== "source") continue;
    const program = join(local, "libexec/testhost", basename(to));
    if (word === "source") await compileProgram(from, program, rest[0] ?? "755");
    else programs.push(await takeProgram(debian, from, program));
    await copyProgram(join(base, "libexec/testhost/launcher"), join(local, to));
  }
  if (programs.length > 0) await copyMissingLibraries(programs, tree, base, debian);
  await adjust(port, tree);
  await must(["chmod", "-R", "u+rwX,go+rX,go-w", tree]);
  const scripts = join(local, "etc/rc.d");
  if (await exists(scripts)) await must(["chmod", "-R", "a+x", scripts]);
}

/** A path of a port's line: absolute, or below /usr/local. */
function placed(tree: string, path: string): string {
  return path.startsWith("/") ? join(tree, path) : join(tree, "usr/local", path);
}

async function link(path: string, target: string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.symlink(target, path);
}

/** The port's own files; NN in them is the version. */
async function copyFiles(port: Port, local: string): Promise<void> {
  const files = join(ports, port.folder, "files");
  if (!await exists(files)) return;
  await must(["cp", "-R", `${files}/.`, local]);
  if (port.folder.includes("NN")) {
    await must(["find", local, "-type", "f", "-exec", "sed", "-i", `s/NN/${port.major}/g`, "{}", "+"]);
  }
}

async function compileProgram(source: string, to: string, mode: string): Promise<void> {
  await Deno.mkdir(dirname(to), { recursive: true });
  await compile(join(dirname(fromFileUrl(import.meta.url)), "c", source), to);
  await Deno.chmod(to, parseInt(mode, 8));
}

async function takeProgram(debian: string, path: string, to: string): Promise<string> {
  const program = await findProgram(debian, path);
  if (program === undefined) throw new Error(`Cannot find "${path}": run "sh scripts/provision"`);
  await copyProgram(program, to);
  return program;
}

/** Only what the base does not bring. */
async function copyMissingLibraries(
  programs: readonly string[],
  tree: string,
  base: string,
  debian: string,
): Promise<void> {
  const all = `${tree}.libraries`;
  await copyLibraries(debian, programs, all);
  for (const path of (await must(["find", all, "-type", "f", "-printf", "%P\\n"])).trim().split("\n")) {
    if (await exists(join(base, path))) continue;
    await copyProgram(join(all, path), join(tree, path));
  }
  await Deno.remove(all, { recursive: true });
}

/** As pkg's own archives are: absolute paths, and who they belong to by name. */
async function pack(port: Port, tree: string, repository: string, debian: string): Promise<void> {
  const bsdtar = await findProgram(debian, "/usr/bin/bsdtar") ?? "bsdtar";
  const plain = `${tree}.tar`;
  const owned = port.lines.filter(([word]) => word === "owned");
  const add = (mode: string, user: string, group: string, ...what: readonly string[]) =>
    must([
      ...[bsdtar, "--uid", "0", "--gid", "0", "--uname", user, "--gname", group],
      ...["-P", "-s", ",^[.]/,/,", mode, plain, "-C", tree, ...what],
    ]);
  await add("-cf", "root", "wheel", ...owned.flatMap(([, path]) => ["--exclude", `.${path}`]), ".");
  for (const [, path = "", user = ""] of owned) await add("-rf", user, user, `.${path}`);
  await must([
    ...[bsdtar, "-P", "--zstd", "--options", "zstd:compression-level=1", "-cf"],
    ...[join(repository, "pkg", `${port.name}-${port.version}.pkg`), `@${plain}`],
  ]);
  await Deno.remove(plain);
  const record = join(tree, "var/db/pkg/testhost", port.name);
  await Deno.mkdir(dirname(record), { recursive: true });
  const files = (await must(["find", tree, "(", "-type", "f", "-o", "-type", "l", ")", "-printf", "/%P\\n"]))
    .split("\n").filter((path) => path.startsWith("/usr/local/"));
  const head = [`version ${port.version}`, `comment ${port.comment}`];
  await Deno.writeTextFile(
    record,
    [...head, ...files.map((path) => `file ${path}`)].map((line) => `${line}\n`).join(""),
  );
}

/** An installed package's NAME.sample stands beside NAME. */
async function copySamples(tree: string): Promise<void> {
  const samples = await must(["find", join(tree, "usr/local"), "-path", "*/etc/*", "-name", "*.sample"]);
  for (const path of samples.split("\n")) {
    if (path === "") continue;
    await Deno.copyFile(path, path.replace(/\.sample$/, ""));
  }
}
