// Makes one binary of Alcaide, an Alcaidefile and its imports.

import { basename, dirname, join, relative, resolve } from "node:path";
import { AlcaideError, UsageError } from "../core/error.ts";
import { bakeFiles, entryName, importMapName, ownLibrary } from "./bake.ts";
import { compile as compileByDeno } from "./deno.ts";
import { binaryName, type TargetName, targetNamed, targetNames } from "./targets.ts";
import { userImports } from "./user_imports.ts";
import { list } from "../core/text.ts";
import type { Context } from "../task/context.ts";

/** A binary that was made. */
export interface BinaryJson {
  /** Its path. */
  readonly file: string;
  /** Its bytes. */
  readonly size: number;
  /** The machine that it is for; null for this one. */
  readonly target: string | null;
}

/** Compiles an Alcaidefile and this program into one binary. */
export async function makeBinary(
  ctx: Context,
  file: string,
  options: { output: string | undefined; target: string | undefined },
): Promise<void> {
  const { ui, signal } = ctx;
  const target = readTarget(options.target);
  const output = await outputFile(ctx, { file, named: options.output, target });
  await using work = await workDirectory(dirname(file));
  const files = bakeFiles({
    directory: work.path,
    file,
    library: await ownLibrary(),
    imports: await userImports(dirname(file)),
  });
  for (const [name, text] of Object.entries(files)) {
    await Deno.mkdir(dirname(join(work.path, name)), { recursive: true });
    await Deno.writeTextFile(join(work.path, name), text);
  }
  ui.info(`Compiling ${shown(file, ctx)}`);
  const made = join(work.path, "made", basename(output));
  await Deno.mkdir(dirname(made));
  const { runtime } = await compileByDeno({
    entry: join(work.path, entryName),
    importMap: join(work.path, importMapName),
    output: made,
    target,
  }, { signal });
  await move(made, output);
  if (runtime !== undefined) ui.info(`Deno's runtime comes from DENORT_BIN: ${runtime}`);
  const { size } = await Deno.stat(output);
  const value: BinaryJson = { file: output, size, target: target ?? null };
  ui.result(value, `${shown(output, ctx)} is written: ${(size / 1e6).toFixed(0)} MB`);
}

function readTarget(name: string | undefined): TargetName | undefined {
  if (name === undefined) return undefined;
  const target = targetNamed(name);
  if (target !== undefined) return target;
  throw new UsageError(`Cannot compile for "${name}"`, { hint: `Targets: ${list(targetNames)}` });
}

async function outputFile(
  ctx: Context,
  { file, named, target }: { file: string; named: string | undefined; target: TargetName | undefined },
): Promise<string> {
  const base = named ?? (basename(dirname(file)) || "app");
  const own = target ?? targetNamed(Deno.build.target) ?? "linux-x64";
  const output = resolve(ctx.directory, named !== undefined ? base : binaryName(base, own));
  const before = await Deno.stat(output).catch(() => undefined);
  if (before === undefined || before.isFile) return output;
  throw new AlcaideError(`Cannot write "${shown(output, ctx)}": it is a directory`, {
    hint: "Name another file with -o",
  });
}

/** Puts the binary into its place at once: an old one that runs there isn't written into. */
async function move(from: string, to: string): Promise<void> {
  const fresh = `${to}.${crypto.randomUUID().slice(0, 8)}`;
  try {
    await Deno.rename(from, to).catch(async () => {
      // Another file system.
      await Deno.copyFile(from, fresh);
      await Deno.rename(fresh, to);
    });
  } catch (cause) {
    await Deno.remove(fresh).catch(() => {});
    throw new AlcaideError(`Cannot write ${to}`, { cause, hint: "Check the directory's permissions" });
  }
}

/** A directory below the Alcaidefile's, so that the binary tells nothing about the directories above. */
async function workDirectory(project: string): Promise<AsyncDisposable & { readonly path: string }> {
  const parent = join(project, ".alcaide");
  try {
    const made = await Deno.mkdir(parent, { mode: 0o700 }).then(() => true, () => false);
    const path = await Deno.makeTempDir({ dir: parent, prefix: "compile-" });
    return {
      path,
      [Symbol.asyncDispose]: async () => {
        await Deno.remove(path, { recursive: true });
        if (made) await Deno.remove(parent).catch(() => {}); // Somebody else may have put something there.
      },
    };
  } catch (cause) {
    throw new AlcaideError(`Cannot write to ${parent}`, {
      cause,
      hint: "Check the directory's permissions",
    });
  }
}

function shown(path: string, { directory }: Context): string {
  const short = relative(directory, path);
  return short.startsWith("..") ? path : short;
}
