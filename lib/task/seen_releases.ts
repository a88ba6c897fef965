// Releases as they were seen last, kept on this machine: completion offers them without asking a server.

import { join } from "node:path";
import type { Config } from "../config/field/types.ts";
import { contentKey } from "../core/fingerprint.ts";
import { isGood, newestFirst, type Release, type ReleaseId } from "../core/release.ts";
import type { Context } from "./context.ts";

const cacheKey = Symbol("cache");

/** Adds to a context where its program keeps what it may lose. */
export function withCache<Parts extends object>(parts: Parts, directory: string | undefined): Parts {
  return { ...parts, [cacheKey]: directory };
}

/** The values that are kept; of releases the newest come first. */
interface Seen {
  readonly live: ReleaseId | undefined;
  readonly good: readonly ReleaseId[];
  /** Those that failed, too. */
  readonly all?: readonly ReleaseId[];
}

/** Keeps the releases. Where that can't be done, completion offers less: nothing is said. */
export async function rememberReleases(
  ctx: Context,
  all: readonly Release[],
  live: ReleaseId | undefined,
): Promise<void> {
  const idsOf = (some: readonly Release[]) => [...new Set(newestFirst(some).map(({ id }) => id))];
  await keep(ctx, () => Promise.resolve({ live, good: idsOf(all.filter(isGood)), all: idsOf(all) }));
}

/** Keeps that there is another release, however it ends. */
export async function rememberBegun(ctx: Context, id: ReleaseId): Promise<void> {
  await keep(ctx, async (path) => {
    const seen = await read(path);
    return { ...seen, all: withFirst(id, seen.all) };
  });
}

/** Keeps that another release is live now. */
export async function rememberLive(ctx: Context, live: ReleaseId): Promise<void> {
  await keep(ctx, async (path) => {
    const { good, all } = await read(path);
    return { live, good: withFirst(live, good), all: withFirst(live, all) };
  });
}

function withFirst(id: ReleaseId, all: readonly ReleaseId[] = []): readonly ReleaseId[] {
  return all.includes(id) ? all : [id, ...all];
}

/** The releases as they were kept: of the good ones all but the live one. */
export async function seenReleases(
  directory: string,
  config: Config,
  which: "good" | "all",
): Promise<readonly ReleaseId[]> {
  const { live, good, all = good } = await read(await pathOf(directory, config));
  return which === "all" ? all : good.filter((id) => id !== live);
}

/** Keeps a value of another kind for an app on its servers; it may be lost. */
export async function rememberValue(ctx: Context, kind: string, value: unknown): Promise<void> {
  await keep(ctx, () => Promise.resolve(value), kind);
}

/** The value that was kept; undefined where there is none. */
export async function rememberedValue(ctx: Context, kind: string): Promise<unknown> {
  const { [cacheKey]: directory } = ctx as { [cacheKey]?: string };
  if (directory === undefined) return undefined;
  return await read(await pathOf(directory, ctx.config, kind)).catch(() => undefined);
}

async function keep(ctx: Context, make: (path: string) => Promise<unknown>, kind?: string): Promise<void> {
  const { [cacheKey]: directory } = ctx as { [cacheKey]?: string };
  if (directory === undefined) return;
  try {
    await Deno.mkdir(directory, { recursive: true, mode: 0o700 });
    const path = await pathOf(directory, ctx.config, kind);
    const beside = `${path}.${crypto.randomUUID().slice(0, 8)}`;
    await Deno.writeTextFile(beside, JSON.stringify(await make(path)), { mode: 0o600 });
    await Deno.rename(beside, path);
  } catch {
    // The cache is read-only, or full.
  }
}

async function read(path: string): Promise<Seen> {
  return JSON.parse(await Deno.readTextFile(path));
}

/** A file for each app on its servers, wherever the project lies. */
async function pathOf(directory: string, { app, servers }: Config, kind = "releases"): Promise<string> {
  return join(directory, `${kind}-${await contentKey([app, servers.map(({ name }) => name)])}.json`);
}
