/**
 * The packages that `pkg` finds: FreeBSD's names and places, Debian's programs. `ports/NAME/port` says what a package
 * consists of, one line each:
 *
 * - `comment TEXT`
 * - `deb NAME`: the Debian package whose version it gets
 * - `program DEBIAN-PATH PATH`: a program, PATH below /usr/local; its calls are recorded as those of the base are
 * - `source C-FILE PATH MODE`: a program of ours, compiled
 * - `tree DEBIAN-PATH PATH`: a folder with all that is in it
 * - `directory PATH`: an empty folder, an absolute path
 * - `depends NAME`: another package
 *
 * `ports/NAME/files` is laid out like /usr/local.
 */
import { basename, dirname, fromFileUrl, join } from "@std/path";
import { compile } from "./compile.ts";
import { copyLibraries, copyProgram, findProgram, packageFiles, packages } from "./debian.ts";
import { exists, must } from "./process.ts";

const ports = join(dirname(fromFileUrl(import.meta.url)), "ports");

/** A package of the repository. */
interface Port {
  readonly name: string;
  readonly lines: readonly (readonly string[])[];
  readonly version: string;
}

/** Builds the repository: `trees/NAME` as installed, and `pkg` as the mirror serves it. */
export async function buildRepository(
  repository: string,
  base: string,
  debian: string,
): Promise<void> {
  await Deno.mkdir(join(repository, "pkg"), { recursive: true });
  const index: string[] = [];
  for await (const entry of Deno.readDir(ports)) {
    const port = await readPort(entry.name);
    const tree = join(repository, "trees", port.name);
    await buildTree(port, tree, base, debian);
    const depends = port.lines.filter(([word]) => word === "depends").map(([, name]) => name);
    index.push([port.name, port.version, depends.join(",") || "-", value(port, "comment")].join("\t"));
    await pack(port, tree, repository, debian);
    await copySamples(tree);
  }
  await Deno.writeTextFile(join(repository, "pkg/packages"), index.map((line) => `${line}\n`).join(""));
}

function value(port: Pick<Port, "lines">, word: string): string {
  return port.lines.find(([first]) => first === word)?.slice(1).join(" ") ?? "";
}

async function readPort(name: string): Promise<Port> {
  const text = await Deno.readTextFile(join(ports, name, "port"));
  const lines = text.split("\n").filter((line) => /^[a-z]/.test(line)).map((line) =>
    line.trim().split(/\s+/)
  );
  const deb = value({ lines }, "deb");
  const file = (await packageFiles()).find((file) => file.startsWith(`${deb}_`));
  if (file === undefined) {
    throw new Error(`Cannot find the Debian package "${deb}": run "sh scripts/provision"`);
  }
  const version = await must(["dpkg-deb", "-f", join(packages, file), "Version"]);
  return { name, lines, version: version.trim().replace(/^\d+:/, "").replace(/-[^-]*$/, "") };
}

async function buildTree(port: Port, tree: string, base: string, debian: string): Promise<void> {
  const local = join(tree, "usr/local");
  await Deno.mkdir(local, { recursive: true });
  const files = join(ports, port.name, "files");
  if (await exists(files)) await must(["cp", "-R", `${files}/.`, local]);
  const programs: string[] = [];
  for (const [word, from = "", to = "", mode = "755"] of port.lines) {
    if (word === "directory") await Deno.mkdir(join(tree, from), { recursive: true });
    if (word === "tree") await copyFolder(join(debian, from), join(local, to));
    if (word !== "program" && word !== "source") continue;
    const program = join(local, "libexec/testhost", basename(to));
    if (word === "source") await compileProgram(from, program, mode);
    else programs.push(await takeProgram(debian, from, program));
    await copyProgram(join(base, "libexec/testhost/launcher"), join(local, to));
  }
  if (programs.length > 0) await copyMissingLibraries(programs, tree, base, debian);
  await must(["chmod", "-R", "u+rwX,go+rX,go-w", tree]);
  const scripts = join(local, "etc/rc.d");
  if (await exists(scripts)) await must(["chmod", "-R", "a+x", scripts]);
}

async function compileProgram(source: string, to: string, mode: string): Promise<void> {
  await Deno.mkdir(dirname(to), { recursive: true });
  await compile(join(ports, "../c", source), to);
  await Deno.chmod(to, parseInt(mode, 8));
}

async function takeProgram(debian: string, path: string, to: string): Promise<string> {
  const program = await findProgram(debian, path);
  if (program === undefined) throw new Error(`Cannot find "${path}": run "sh scripts/provision"`);
  await copyProgram(program, to);
  return program;
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  await must(["cp", "-R", `${from}/.`, to]);
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

async function pack(port: Port, tree: string, repository: string, debian: string): Promise<void> {
  const bsdtar = await findProgram(debian, "/usr/bin/bsdtar");
  await must([
    ...[bsdtar ?? "bsdtar", "--uid", "0", "--gid", "0", "--uname", "root", "--gname", "wheel"],
    ...["--zstd", "--options", "zstd:compression-level=1", "-cf"],
    ...[join(repository, "pkg", `${port.name}-${port.version}.pkg`), "-C", tree, "."],
  ]);
  const record = join(tree, "var/db/pkg/testhost", port.name);
  await Deno.mkdir(dirname(record), { recursive: true });
  const files = (await must(["find", tree, "(", "-type", "f", "-o", "-type", "l", ")", "-printf", "/%P\\n"]))
    .split("\n").filter((path) => path.startsWith("/usr/local/"));
  const head = [`version ${port.version}`, `comment ${value(port, "comment")}`];
  await Deno.writeTextFile(
    record,
    [...head, ...files.map((path) => `file ${path}`)].map((line) => `${line}\n`).join(""),
  );
}

/** An installed package's NAME.sample stands beside NAME. */
async function copySamples(tree: string): Promise<void> {
  const samples = await must(["find", tree, "-name", "*.sample"]);
  for (const path of samples.split("\n")) {
    if (path === "") continue;
    await Deno.copyFile(path, path.replace(/\.sample$/, ""));
  }
}
