/**
 * The FreeBSD-looking tree: FreeBSD's folders, our programs and Debian's pieces under FreeBSD's paths, and the support
 * that both need under /libexec/testhost.
 */
import { basename, dirname, fromFileUrl, join } from "@std/path";
import { compile, compileAlone, useOwnLoader } from "./compile.ts";
import { copyLibraries, copyProgram, findProgram } from "./debian.ts";
import { exists, must } from "./process.ts";
import { strictShell } from "./shell_patch.ts";

const here = dirname(fromFileUrl(import.meta.url));
const support = "libexec/testhost";

const folders =
  `bin boot dev etc/jail.conf.d etc/rc.conf.d etc/rc.d etc/syslog.d lib libexec media mnt net proc rescue root sbin tmp usr/bin usr/lib/compat usr/libexec
  usr/local usr/sbin usr/share var/cache var/crash var/cron var/db var/empty var/log var/mail var/run var/spool var/tmp`
    .split(/\s+/);

/** Paths with the flag schg in a release's archive. */
export function immutable(release: string): readonly string[] {
  return [
    ...["libexec/ld-elf.so.1", "lib/libc.so.7", "sbin/init", "var/empty"],
    ...Number.parseInt(release) < 15
      ? ["usr/lib/librt.so.1"]
      : `lib/libsys.so.7 lib/libcrypt.so.5 lib/librt.so.1 lib/libthr.so.3 usr/bin/chpass usr/bin/login usr/bin/passwd
        usr/bin/su usr/bin/crontab`.split(/\s+/),
  ];
}

interface Program {
  readonly name: string;
  /** Where FreeBSD has it; nothing for a program that only ours call. */
  readonly path: string | undefined;
  /** Where it comes from. */
  readonly source: string;
}

/** Builds what base.txz holds. `debian` is the tree of the unpacked packages. */
export async function buildBase(base: string, debian: string): Promise<void> {
  for (const folder of [...folders, `${support}/bin`, `${support}/lib`, `${support}/shm`]) {
    await Deno.mkdir(join(base, folder), { recursive: true });
  }
  await copyTree(join(here, "etc"), join(base, "etc"));
  await copyTree(join(here, "programs/lib"), join(base, support, "lib"));
  const programs = await listPrograms(debian);
  const launcher = join(base, support, "launcher");
  await compileAlone(
    join(here, "c/launcher.c"),
    launcher,
    ["quick", "hand_on", "warm"].map((name) => join(here, `c/${name}.c`)),
    debian,
  );
  await compile(join(here, "c/raise.c"), join(base, support, "raise"));
  for (const program of programs) await installProgram(base, program);
  await installShell(base, debian);
  await installPerl(base);
  await installShim(base);
  // Erlang's programs are part of a release, whose jail has no package of theirs: what FreeBSD's need is in its base.
  const erlang = [await need(debian, "/usr/bin/epmd"), await need(debian, "/usr/lib/erlang/bin/erlc")];
  await copyLibraries(debian, [...await elfPrograms(base), ...erlang], base);
  // What FreeBSD's programs find in termcap.
  await copyTree("/lib/terminfo", join(base, "usr/share/terminfo"));
  await copyTree("/usr/lib/locale/C.utf8", join(base, "usr/lib/locale/C.utf8"));
  await writeExtras(base);
  await setModes(base);
}

/** Adds what only a host has: the SSH server. */
export async function buildHost(host: string, debian: string): Promise<void> {
  const sshd = await need(debian, "/usr/sbin/sshd");
  const sftp = await need(debian, "/usr/lib/openssh/sftp-server");
  const keygen = await need(debian, "/usr/bin/ssh-keygen");
  await copyProgram(sshd, join(host, "usr/sbin/sshd"));
  await copyProgram(sftp, join(host, "usr/libexec/sftp-server"));
  await copyLibraries(debian, [sshd, sftp, keygen], host);
  await Deno.mkdir(join(host, "etc/ssh"), { recursive: true });
  await Deno.mkdir(join(host, "run/sshd"), { recursive: true });
  // Made once for all hosts, for an RSA key takes longer to make than a host to boot; clients know the ed25519 key.
  for (const type of ["rsa", "ecdsa"]) {
    const file = join(host, `etc/ssh/ssh_host_${type}_key`);
    await must(["ssh-keygen", "-q", "-t", type, "-N", "", "-C", "", "-f", file]);
  }
  await Deno.copyFile(
    join(here, "boot/sshd_config"),
    join(host, "etc/ssh/sshd_config"),
  );
  for (const name of ["init", "warm"]) await copyProgram(join(here, "boot", name), join(host, support, name));
  // It is for jails alone, and costs each program a little.
  await Deno.writeTextFile(join(host, "etc/ld.so.preload"), "");
}

async function need(debian: string, path: string): Promise<string> {
  const found = await findProgram(debian, path);
  if (found === undefined) {
    throw new Error(`Cannot find "${path}": run "sh scripts/provision"`);
  }
  return found;
}

/** Our programs (PATHS) and Debian's (PLAIN). A program of ours takes the place of Debian's of the same name. */
async function listPrograms(debian: string): Promise<Program[]> {
  const ours = join(here, "programs");
  const programs: Program[] = [];
  const named = new Set<string>();
  for (const [name = "", path] of await words(join(ours, "PATHS"))) {
    const source = join(ours, name);
    if (!await exists(source)) continue;
    named.add(name);
    programs.push({ name, path, source });
  }
  for (const [name = "", path, from = ""] of await words(join(ours, "PLAIN"))) {
    if (named.has(name)) continue;
    const own = join(ours, name);
    const source = await exists(own) ? own : await findProgram(debian, from);
    if (source === undefined) continue;
    programs.push({ name, path: path === "-" ? undefined : path, source });
  }
  return programs;
}

async function words(file: string): Promise<string[][]> {
  const text = await Deno.readTextFile(file).catch(() => "");
  return text.split("\n").filter((line) => /^[^#\s]/.test(line))
    .map((line) => line.trim().split(/\s+/));
}

async function installProgram(base: string, program: Program): Promise<void> {
  await copyProgram(
    program.source,
    join(base, support, "bin", program.name),
  );
  if (program.path === undefined) return;
  // A script that is asked for the version of the tree it lies in has to be there itself.
  if (program.name === "freebsd-version") await copyProgram(program.source, join(base, program.path));
  else await launch(base, program.path);
}

/** Puts the launcher at a program's path: a copy, for a link would be overwritten with all others by one `cat >`. */
async function launch(base: string, path: string): Promise<void> {
  await copyProgram(join(base, support, "launcher"), join(base, path));
}

async function installShell(base: string, debian: string): Promise<void> {
  const busybox = await Deno.readFile(await need(debian, "/bin/busybox"));
  const shell = join(base, support, "bin/sh");
  await Deno.writeFile(shell, strictShell(busybox), { mode: 0o755 });
  await useOwnLoader(shell);
  await launch(base, "/bin/sh");
  const csh = join(base, support, "bin/csh");
  await copyProgram(await need(debian, "/bin/tcsh"), csh);
  await launch(base, "/bin/csh");
}

/**
 * Perl without its library: what Debian always has, with quicker modules in the place of some. Unicode's tables, half of all files,
 * would be copied into each jail and are read by nobody.
 */
async function installPerl(base: string): Promise<void> {
  await copyProgram(
    await Deno.realPath("/usr/bin/perl"),
    join(base, support, "perl"),
  );
  const files = await must(["dpkg-query", "-L", "perl-base"]);
  const ours = new Set((await Array.fromAsync(Deno.readDir(join(here, "perl")))).map(({ name }) => name));
  for (const path of files.split("\n")) {
    if (!/\/perl-base\/.*\.(pm|pl|so|al|ix)$/.test(path) || path.includes("/unicore/")) continue;
    await Deno.mkdir(join(base, dirname(path)), { recursive: true });
    const quick = path.endsWith(`/perl-base/${basename(path)}`) && ours.has(basename(path));
    await Deno.copyFile(quick ? join(here, "perl", basename(path)) : path, join(base, path));
  }
}

/** The library that gives jails their address; every program in a jail's tree loads it. */
async function installShim(base: string): Promise<void> {
  const source = join(here, "c/jail_shim.c");
  if (!await exists(source)) return;
  const shim = join(base, support, "jail_shim.so");
  await compile(source, shim, ["-shared", "-fPIC", "-ldl"]);
  await Deno.writeTextFile(
    join(base, "etc/ld.so.preload"),
    `/${support}/jail_shim.so\n`,
  );
}

async function elfPrograms(base: string): Promise<string[]> {
  const found = [join(base, support, "perl"), join(base, support, "launcher")];
  const bin = join(base, support, "bin");
  for await (const entry of Deno.readDir(bin)) {
    const path = join(bin, entry.name);
    using file = await Deno.open(path);
    const head = new Uint8Array(4);
    await file.read(head);
    if (new TextDecoder().decode(head) === "\x7fELF") found.push(path);
  }
  return found;
}

async function copyTree(from: string, to: string): Promise<void> {
  if (!await exists(from)) return;
  await Deno.mkdir(to, { recursive: true });
  await must(["cp", "-R", `${from}/.`, to]);
}

/** Files that only have to be there: those with schg, /rescue with its hard links, shell start files. */
async function writeExtras(base: string): Promise<void> {
  for (const path of immutable("15")) {
    if (path === "var/empty") continue;
    if (await exists(join(base, path))) continue;
    await Deno.writeTextFile(join(base, path), `${basename(path)}\n`);
    await Deno.chmod(join(base, path), 0o555);
  }
  const rescue = join(base, "rescue/rescue");
  await Deno.copyFile(join(base, support, "bin/sh"), rescue);
  for (const name of ["cat", "cp", "ls", "mount", "sh", "tar"]) {
    await Deno.link(rescue, join(base, "rescue", name));
  }
  await Deno.writeTextFile(join(base, "COPYRIGHT"), "See FreeBSD.\n");
  await Deno.writeTextFile(join(base, "root/.profile"), "# .profile\n");
}

async function setModes(base: string): Promise<void> {
  await must(["chmod", "-R", "u+rwX,go+rX,go-w", base]);
  for (const path of ["tmp", "var/tmp", `${support}/shm`]) {
    await must(["chmod", "1777", join(base, path)]);
  }
  await must(["chmod", "4555", join(base, support, "raise")]);
  await must(["chmod", "0555", join(base, "var/empty"), join(base, "proc")]);
  for (const path of ["etc/master.passwd", "etc/spwd.db"]) {
    if (await exists(join(base, path))) await Deno.chmod(join(base, path), 0o600);
  }
}
