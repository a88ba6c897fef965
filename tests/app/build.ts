/** Builds the test app and puts releases of it together. */

import { fromFileUrl, join } from "@std/path";
import { AlcaideError } from "../../lib/core/error.ts";
import { madeOnce } from "../made_once.ts";

const SOURCE = fromFileUrl(new URL("./app.c", import.meta.url));
const CACHE = fromFileUrl(new URL("../../.cache/", import.meta.url));
const COMPILERS = ["cc", "gcc", "clang", "tcc"];
const FLAGS = ["-O2", "-Wall"];

/** The words and the behaviour of one release of the test app. */
export interface ReleaseOptions {
  /** What `/` answers, and what the header `X-Release` says. */
  readonly text: string;
  /** Settings of README.md for this release only, such as `{ APP_FAIL: "exit" }`. */
  readonly conf?: Readonly<Record<string, string>>;
}

/** The directory that holds `bin/app`: `ALCAIDE_TEST_APP` when set, else one compiled once and kept. */
export async function buildApp(): Promise<string> {
  const given = Deno.env.get("ALCAIDE_TEST_APP");
  if (given) return await givenApp(given);
  const source = await Deno.readFile(SOURCE);
  const directory = join(CACHE, `app-${await digest(source)}`);
  await madeOnce(directory, compile);
  return directory;
}

/**
 * Makes one release in `directory`, ready to deploy as a prebuilt artifact.
 * An older release that is there is replaced; anything else is left alone.
 */
export async function makeRelease(
  directory: string,
  { text, conf = {} }: ReleaseOptions,
): Promise<string> {
  const app = await buildApp();
  await clear(directory);
  await Deno.mkdir(join(directory, "bin"), { recursive: true });
  await Deno.copyFile(join(app, "bin", "app"), join(directory, "bin", "app"));
  await Deno.chmod(join(directory, "bin", "app"), 0o755);
  await Deno.writeTextFile(join(directory, "release.txt"), `${text}\n`);
  const lines = Object.entries(conf).map(([name, value]) => `${name}=${value}\n`);
  if (lines.length > 0) await Deno.writeTextFile(join(directory, "app.conf"), lines.join(""));
  return directory;
}

async function givenApp(directory: string): Promise<string> {
  if (await exists(join(directory, "bin", "app"))) return directory;
  throw new AlcaideError(`Cannot use the test app of ALCAIDE_TEST_APP: "${directory}" has no bin/app`, {
    hint: "Build it as tests/app/README.md says",
  });
}

async function compile(directory: string): Promise<void> {
  await Deno.mkdir(join(directory, "bin"));
  await runCompiler(join(directory, "bin", "app"));
}

async function runCompiler(output: string): Promise<void> {
  const args = [...FLAGS, "-o", output, SOURCE, "-lpthread"];
  for (const compiler of COMPILERS) {
    const result = await tryCompiler(compiler, args);
    if (result === undefined) continue;
    if (result.success) return;
    throw new AlcaideError(`Cannot compile the test app with "${compiler}"`, {
      details: new TextDecoder().decode(result.stderr).trimEnd().split("\n"),
    });
  }
  throw new AlcaideError("Cannot build the test app: no C compiler found", {
    hint: "Install one (apt-get install gcc libc6-dev), or set ALCAIDE_TEST_APP",
  });
}

async function tryCompiler(name: string, args: string[]): Promise<Deno.CommandOutput | undefined> {
  try {
    return await new Deno.Command(name, { args, stdout: "null", stderr: "piped" }).output();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function digest(source: Uint8Array<ArrayBuffer>): Promise<string> {
  const salt = new TextEncoder().encode(FLAGS.join(" ") + Deno.build.target);
  const all = new Uint8Array(source.length + salt.length);
  all.set(source);
  all.set(salt, source.length);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", all));
  return Array.from(hash.slice(0, 6), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function clear(directory: string): Promise<void> {
  if (!await exists(directory)) return;
  const names = await Array.fromAsync(Deno.readDir(directory), (entry) => entry.name);
  if (names.length > 0 && !names.includes("release.txt")) {
    throw new AlcaideError(`Cannot make a release in "${directory}": something else is in it`);
  }
  await Deno.remove(directory, { recursive: true });
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
