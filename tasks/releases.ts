/**
 * `alcaide releases`: what was deployed, when, by whom, and what is kept.
 *
 * @module
 */

import { releasesOf } from "../lib/server/facts.ts";
import { trafficOf } from "../lib/server/traffic.ts";
import { isGood, newestFirst, type Release, type ReleaseId, servedBefore } from "../lib/core/release.ts";
import { type Task, task } from "../lib/task/task.ts";
import { duration } from "../lib/core/text.ts";
import { readAll } from "../lib/deploy/app_locks.ts";
import type { Context } from "../lib/task/context.ts";

/** Lists the releases of the app. */
export const releases: Task = task({
  description: "List releases: state, when, by whom, from which revision",
  group: "Deploy",
  args: [],
  run: listReleases,
});

async function listReleases(ctx: Context): Promise<void> {
  const values: unknown[] = [];
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

/** A row for each release: id, state, age, deployer, revision. The live one needs to be among all, not among those shown. */
export function releaseRows(
  all: readonly Release[],
  live: ReleaseId | undefined,
  now: Date,
  shown = all,
): string {
  const before = servedBefore(all, live);
  const rows = shown.map((release) => {
    const { id, by, revision, createdAt } = release;
    const age = `${duration(Math.max(0, now.getTime() - Date.parse(createdAt)))} ago`;
    const source = revision.commit === "" ? "" : revision.short + (revision.dirty ? " and changes" : "");
    return [id, stateOf(release, live, before), age, by, source];
  });
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ")}`.trimEnd())
    .join("\n");
}

/** In words: what has the traffic counts more than the record, which may lag behind after a cut. */
function stateOf(release: Release, live: ReleaseId | undefined, before: readonly Release[]): string {
  const { id, state } = release;
  if (id === live) return "live";
  if (state === "building" || state === "ready") return "cut off";
  if (!isGood(release)) return state;
  return before.includes(release) ? "kept" : "kept, rolled back";
}
