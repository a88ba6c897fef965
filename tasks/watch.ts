// `alcaide watch`: deploys whatever is new in a branch, in the checkout or in an artifact.

import { wholeConfig } from "../lib/config/field/missing.ts";
import { UsageError } from "../lib/core/error.ts";
import { readDuration } from "../lib/core/duration.ts";
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
    const { watch: watchSource, watchedArtifact, watchedBranch } = await import("../lib/running/watch.ts");
    await using stack = new AsyncDisposableStack();
    const source = artifact === undefined
      ? watchedBranch(ctx.local, ctx.directory, branch)
      : watchedArtifact(artifact, ctx.directory, stack);
    return await watchSource(ctx, { source, every: once ? undefined : time, deploy });
  },
});
