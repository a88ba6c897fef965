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
  await Deno.chmod(to, 0o555);
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
