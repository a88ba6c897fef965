/** The C parts of the world, compiled by what this machine has. */
import { must, output } from "./process.ts";

/** Compiles one C file. */
export async function compile(
  source: string,
  to: string,
  extra: readonly string[] = [],
): Promise<void> {
  const gcc = await output(["gcc", "--version"]).catch(() => undefined);
  const compiler = gcc?.code === 0 ? ["gcc", "-O2", "-s"] : ["tcc"];
  await must([...compiler, "-o", to, source, ...extra]);
  await useOwnLoader(to);
  await Deno.chmod(to, 0o555);
}

/** The same without libraries, where this machine can do that: it starts in half the time, and is a tenth as large with musl's. */
export async function compileAlone(
  source: string,
  to: string,
  extra: readonly string[],
  debian: string,
): Promise<void> {
  const folder = (kind: string) => `${debian}/usr/${kind}/${Deno.build.arch}-linux-musl`;
  const parts = ["crt1.o", "crti.o", "libc.a", "crtn.o"].map((name) => `${folder("lib")}/${name}`);
  const musl = ["-nostdinc", "-isystem", folder("include"), "-nostdlib", ...parts, "-lgcc"];
  const ways = [["-static", ...extra, ...musl], ["-static", ...extra]];
  for (const words of ways) {
    if (await compile(source, to, words).then(() => true, () => false)) return;
  }
  await compile(source, to, extra);
}

/**
 * Lets a program find its loader in /lib: FreeBSD has no /lib64, and a thin jail mounts only the folders that FreeBSD
 * has. The path stands at the beginning of the file and may only become shorter.
 */
export async function useOwnLoader(program: string): Promise<void> {
  using file = await Deno.open(program, { read: true, write: true });
  const head = new Uint8Array(4096);
  const length = await file.read(head);
  const text = Array.from(head.subarray(0, length ?? 0), (byte) => String.fromCharCode(byte)).join("");
  const loader = /\/lib64(\/ld-linux[^\0]*)\0/.exec(text);
  if (!text.startsWith("\x7fELF") || loader === null) return;
  await file.seek(loader.index, Deno.SeekMode.Start);
  await file.write(new TextEncoder().encode(`/lib${loader[1]}\0\0\0`));
}

/**
 * A stand-in for ICU's data library, which is 31 MB that nobody here reads: bsdtar is linked with it through libxml2, and
 * would need it only for archives in the format xar.
 */
export async function compileIcuData(to: string): Promise<void> {
  const name = to.replace(/.*\//, "");
  const version = /\.so\.(\d+)/.exec(name)?.[1] ?? "";
  const source = await Deno.makeTempFile({ suffix: ".c" });
  try {
    await Deno.writeTextFile(source, `const char icudt${version}_dat[64] = { 0 };\n`);
    await compile(source, to, ["-shared", "-fPIC", `-Wl,-soname,${name}`]);
  } finally {
    await Deno.remove(source);
  }
}
