// `alcaide watch`: deploys whatever is new in a branch, in the checkout or in an artifact.

import { resolve } from "node:path";
import { wholeConfig } from "../lib/config/field/missing.ts";
import { UsageError } from "../lib/core/error.ts";
import { readDuration } from "../lib/core/duration.ts";
import { temporaryDirectory } from "../lib/remote/local_file.ts";
import { watchedBranch, watchedFile, watchedUrl } from "../lib/remote/watched.ts";
import { watch as watchSource } from "../lib/running/watch.ts";
import { isTarball, tarballEndings } from "../lib/deploy/artifact.ts";
import { type Task, task } from "../lib/task/task.ts";
import { deploy } from "./deploy.ts";
import type { DeployJson } from "../lib/running/carry_out.ts";

/** With `--json`: one result a deploy; null where there was none. */
export type Json = DeployJson | null;

/** Looks every now and then, and deploys what is new, once. */
export const watch: Task = task({
  description: "Deploy by itself when a branch, the checkout or an artifact changes",
  group: "Deploy",
  args: [],
  options: {
    every: { type: "string", description: "Time between two looks: 30s, 5m, 1h", default: "5m" },
    branch: { type: "string", description: "A branch of origin; without it the checkout as it is" },
    artifact: { type: "string", description: "A tarball to watch instead: its path or URL" },
    once: { type: "boolean", description: "Look once and end, for cron" },
  },
  examples: ["alcaide watch --every 5m --branch main", "alcaide watch --once --artifact dist/shop.tar.gz"],
  run: async (ctx) => {
    wholeConfig(ctx.config);
    const { every, branch, artifact, once } = ctx.options;
    const time = readDuration(every, `Cannot look every "${every}"`, "--every 5m");
    if (time < 10_000) throw new UsageError("Cannot look more often than every 10 s", { hint: "--every 5m" });
    if (branch !== undefined && artifact !== undefined) {
      throw new UsageError("Cannot watch a branch and an artifact at once", { hint: "Leave one out" });
    }
    await using stack = new AsyncDisposableStack();
    const source = artifact === undefined
      ? watchedBranch(ctx.local, ctx.directory, branch)
      : await artifactOf(artifact, ctx.directory, stack);
    return await watchSource(ctx, { source, every: once ? undefined : time, deploy });
  },
});

async function artifactOf(text: string, directory: string, stack: AsyncDisposableStack) {
  const url = /^https?:\/\//.test(text) ? URL.parse(text) ?? undefined : undefined;
  if (!isTarball(url?.pathname ?? text)) {
    throw new UsageError(`Cannot watch "${text}": it is not a tarball`, {
      hint: `Tarballs end in ${tarballEndings.join(", ")}`,
    });
  }
  if (url === undefined) return watchedFile(resolve(directory, text));
  const work = await temporaryDirectory({ prefix: "alcaide-" });
  stack.defer(() => Deno.remove(work, { recursive: true }));
  return watchedUrl(url, work);
}
