// `alcaide releases`: what was deployed, when, by whom, and what is kept.

import { type Task, task } from "../lib/task/task.ts";
import type { ReleasesJson } from "../lib/running/releases.ts";

/** With `--json`: the servers. */
export type Json = readonly ReleasesJson[];

/** Lists the releases of the app. */
export const releases: Task = task({
  description: "List releases: state, when, by whom, from which revision",
  group: "Deploy",
  args: [],
  run: async (ctx) => await (await import("../lib/running/releases.ts")).listReleases(ctx),
});
