// `deno task compile [--target all]`: the binaries in `dist/`, with their sums, sizes and start time.

import { parseArgs } from "@std/cli/parse-args";
import { fromFileUrl, join } from "@std/path";
import { $ } from "../lib/remote/dollar.ts";
import { digestFile } from "../lib/remote/local_file.ts";
import { compile } from "../lib/standalone/deno.ts";
import {
  binaryName,
  minorOf,
  runtimeVersion,
  type TargetName,
  targetNamed,
  targetNames,
} from "../lib/standalone/targets.ts";
import { bundle } from "./bundle.ts";

const root = fromFileUrl(new URL("../", import.meta.url));

/** One binary to make. */
interface Job {
  readonly file: string;
  readonly target: TargetName | undefined;
}

/** The machines to compile for, from the words behind the script's name. */
export function jobsFor(target: string | undefined): Job[] {
  if (target === undefined) return [{ file: binaryName("alcaide", hereNamed()), target: undefined }];
  const names = target === "all" ? targetNames : target.split(",").map(known);
  return names.map((name) => ({ file: binaryName(`alcaide-${name}`, name), target: name }));
}

function known(name: string): TargetName {
  const target = targetNamed(name);
  if (target === undefined) {
    throw new Error(`Cannot compile for "${name}": there are all, ${targetNames.join(", ")}`);
  }
  return target;
}

function hereNamed(): TargetName {
  return targetNamed(Deno.build.target) ?? "linux-x64";
}

/**
 * The Deno that compiles: this one, unless `DENORT_BIN` names the runtime of another. Such a one is brought by npm.
 */
export async function compilingDeno(): Promise<string> {
  const runtime = Deno.env.get("DENORT_BIN");
  if (!runtime) return Deno.execPath();
  const version = runtimeVersion(await Deno.readFile(runtime));
  if (version === undefined || minorOf(version) === minorOf(Deno.version.deno)) return Deno.execPath();
  const prefix = join(root, ".cache", "deno", minorOf(version));
  const deno = join(prefix, "node_modules", ".bin", "deno");
  if (await isThere(deno)) return deno;
  say(`DENORT_BIN is of Deno ${version}: npm brings a Deno ${minorOf(version)} into .cache to compile with`);
  // Renamed when it is complete: what was cut off must not be taken for a Deno.
  const fresh = `${prefix}.${Deno.pid}`;
  await Deno.mkdir(fresh, { recursive: true });
  const quiet = ["--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
  const code = await $`npm install --prefix ${fresh} ${quiet} ${`deno@~${minorOf(version)}.0`} >/dev/null`
    .code();
  if (code !== 0) throw new Error(`Cannot install Deno ${minorOf(version)} by npm, to compile with`);
  await Deno.remove(prefix, { recursive: true }).catch(() => {});
  await Deno.rename(fresh, prefix);
  return deno;
}

/** Makes all binaries and says what came of it. */
async function compileAll(jobs: readonly Job[], output: string): Promise<void> {
  const work = await Deno.makeTempDir({ prefix: "alcaide-compile-" });
  try {
    const modules = await bundle(work);
    const deno = await compilingDeno();
    await Deno.mkdir(output, { recursive: true });
    const sums: string[] = [];
    for (const { file, target } of jobs) {
      const path = join(output, file);
      const { runtime } = await compile({
        entry: join(work, "cli.js"),
        include: modules.filter((name) => name !== "cli.js").map((name) => join(work, name)),
        output: path,
        target,
      }, { deno });
      const { size, sha256 } = await digestFile(path);
      sums.push(`${sha256}  ${file}\n`);
      const start = target === undefined || target === hereNamed()
        ? `, --help in ${await startTime(path)} ms`
        : "";
      say(
        `${path}: ${(size / 1e6).toFixed(1)} MB${start}${
          runtime ? `, with the runtime of DENORT_BIN: ${runtime}` : ""
        }`,
      );
    }
    await Deno.writeTextFile(join(output, "SHA256SUMS"), sums.join(""));
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** Milliseconds until the help stands there, the middle one of some tries. */
async function startTime(path: string): Promise<number> {
  const empty = await Deno.makeTempDir();
  const times: number[] = [];
  for (let i = 0; i < 9; i++) {
    const began = performance.now();
    // Not by $, whose own time would be in it.
    const { success } = await new Deno.Command(path, { args: ["--help"], cwd: empty, stdout: "null" })
      .output();
    if (!success) throw new Error(`Cannot run ${path}`);
    times.push(performance.now() - began);
  }
  await Deno.remove(empty);
  return Math.round(times.sort((a, b) => a - b)[4] ?? 0);
}

async function isThere(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

if (import.meta.main) {
  const { target, output } = parseArgs(Deno.args, { string: ["target", "output"] });
  try {
    await compileAll(
      jobsFor(target as string | undefined),
      (output as string | undefined) ?? join(root, "dist"),
    );
  } catch (error) {
    const { message, hint, details = [] } = error as Error & { hint?: string; details?: readonly string[] };
    say([message, ...details.map((line) => `  ${line}`), ...(hint ? [`Hint: ${hint}`] : [])].join("\n"));
    Deno.exit(1);
  }
}
