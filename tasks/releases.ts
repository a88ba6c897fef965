// `alcaide releases`: what was deployed, when, by whom, and what is kept.

import { releasesOf } from "../lib/server/facts.ts";
import { trafficOf } from "../lib/server/traffic.ts";
import { newestFirst } from "../lib/core/release.ts";
import { type Task, task } from "../lib/task/task.ts";
import { readAll } from "../lib/deploy/app_locks.ts";
import type { Context } from "../lib/task/context.ts";
import { releaseRows } from "../lib/deploy/release_rows.ts";
import type { Release, ReleaseId } from "../lib/core/release.ts";

/** A server's releases, for programs. */
export interface ReleasesJson {
  /** The server's name. */
  readonly server: string;
  /** The live release. */
  readonly live: ReleaseId | null;
  /** All that the server's journal knows, newest first. */
  readonly releases: readonly Release[];
}

/** With `--json`: the servers. */
export type Json = readonly ReleasesJson[];

/** Lists the releases of the app. */
export const releases: Task = task({
  description: "List releases: state, when, by whom, from which revision",
  group: "Deploy",
  args: [],
  run: listReleases,
});

async function listReleases(ctx: Context): Promise<void> {
  const values: ReleasesJson[] = [];
  const texts: string[] = [];
  for (const [server, facts] of await readAll(ctx)) {
    const all = newestFirst(releasesOf(facts, ctx.config.app));
    const live = trafficOf(facts, ctx.config.app)?.release;
    values.push({ server: server.name, live: live ?? null, releases: all });
    const rows = all.length === 0 ? "  none" : releaseRows(all, live, new Date());
    texts.push(ctx.servers.all.length > 1 ? `${server.name}:\n${rows}` : rows);
  }
  ctx.ui.result(values, texts.join("\n\n"));
}
