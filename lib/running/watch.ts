// The work of `alcaide watch`: looks at a source now and then, and deploys what is new there, once.

import { resolve } from "node:path";
import { contentKey } from "../core/fingerprint.ts";
import { ConnectError, LockedError, TimeoutError, UsageError } from "../core/error.ts";
import { isTarball, tarballEndings } from "../deploy/artifact.ts";
import { type Watched, watchedFile, watchedUrl } from "../remote/watched.ts";
import { CanaryError } from "../server/canary.ts";
import type { Context, TaskFunction } from "../task/context.ts";
import { rememberedValue, rememberValue } from "../task/seen_releases.ts";
import { derive } from "../task/task.ts";
import { pause, within } from "../transport/limits.ts";
import { errorText } from "../ui/report.ts";

export { watchedBranch } from "../remote/watched.ts";

/** How to watch. */
export interface WatchOptions {
  readonly source: Watched;
  /** Milliseconds between two looks; undefined looks once. */
  readonly every: number | undefined;
  /** Deploys what the source has. */
  readonly deploy: TaskFunction;
  /** The time, for the log. */
  readonly now?: () => Date;
  /** Waits for the next look; throws when the signal comes. */
  readonly sleep?: typeof pause;
  /** Milliseconds that a source may take to say what it is at, and to bring it here. */
  readonly patience?: number;
}

/** A large artifact may come over a slow line. */
const usualPatience = 30 * 60_000;

/**
 * Watches until the signal comes; a deploy that is under way then is undone, or ends. A release that failed is not tried again until
 * the source changes, unless a lock, a canary or the network was at fault.
 *
 * @returns the program's exit status
 * @throws what failed, when it only looks once
 */
export async function watch(ctx: Context, options: WatchOptions): Promise<number> {
  const { source, every, now = () => new Date(), sleep = pause, patience = usualPatience } = options;
  const say = (text: string) => ctx.ui.info(`${now().toISOString()} ${text}`);
  const limits = { signal: ctx.signal, timeout: patience };
  const late = () => new TimeoutError(`Cannot read ${source.name}: no end within ${patience / 1000} s`);
  const files = await ownFiles(ctx.directory);
  let tried = await rememberedValue(ctx, "watch");
  if (every !== undefined) say(`watching ${source.name}`);
  while (!ctx.signal.aborted) {
    try {
      const seen = await within(limits, late, (signal) => source.look(signal));
      const key = `${source.name} ${seen}`;
      if (key !== tried) {
        await within(limits, late, (signal) => source.take(seen, signal));
        if (await ownFiles(ctx.directory) !== files) {
          say("the Alcaidefile or the secrets have changed: ends, and has to be started again");
          return 0;
        }
        say(`${source.name} is at ${seen.slice(0, 12)}: deploying`);
        const failed = await attempt(ctx, options);
        // The next start tries again what somebody has stopped.
        if (ctx.signal.aborted) break;
        if (!isPassing(failed)) await rememberValue(ctx, "watch", tried = key);
        if (failed !== undefined) throw failed;
        say(`deployed ${seen.slice(0, 12)}`);
      }
    } catch (error) {
      if (every === undefined) throw error;
      if (ctx.signal.aborted) break;
      ctx.ui.warn(`${now().toISOString()} ${errorText(error)}`);
    }
    if (every === undefined) return 0;
    await sleep(every, ctx.signal).catch(() => {});
  }
  say("stopped");
  return 0;
}

async function attempt(ctx: Context, { source: { artifact }, deploy }: WatchOptions): Promise<unknown> {
  const build = artifact === undefined ? ctx.config.build : { kind: "prebuilt", path: artifact } as const;
  try {
    await deploy(derive(ctx, { config: { ...ctx.config, build }, args: [], options: {} }));
  } catch (error) {
    return error;
  }
}

/** True for a failure that is not the release's. */
function isPassing(error: unknown): boolean {
  if ([LockedError, ConnectError, CanaryError].some((kind) => error instanceof kind)) return true;
  return error instanceof Error && error.cause !== undefined && isPassing(error.cause);
}

/** A key of the files that were read when the program began. */
export async function ownFiles(directory: string): Promise<string> {
  const names = (await Array.fromAsync(Deno.readDir(directory)))
    .map(({ name }) => name).filter((name) => /^Alcaidefile\.|^alcaide(\..*)?\.secrets$/.test(name)).sort();
  return await contentKey(
    await Promise.all(names.map(async (name) => [name, await Deno.readTextFile(`${directory}/${name}`)])),
  );
}

/**
 * A tarball to watch, by its path or URL; files that come from a URL are removed with the stack.
 *
 * @throws {UsageError} when it is none
 */
export function watchedArtifact(text: string, directory: string, stack: AsyncDisposableStack): Watched {
  const url = /^https?:\/\//.test(text) ? URL.parse(text) ?? undefined : undefined;
  if (!isTarball(url?.pathname ?? text)) {
    throw new UsageError(`Cannot watch "${text}": it is not a tarball`, {
      hint: `Tarballs end in ${tarballEndings.join(", ")}`,
    });
  }
  return url === undefined ? watchedFile(resolve(directory, text)) : stack.use(watchedUrl(url));
}
