// The releases of an app on its servers.

import { newestFirst, type Release, type ReleaseId } from "../core/release.ts";
import { readAll } from "../deploy/app_locks.ts";
import { releaseRows } from "../deploy/release_rows.ts";
import { releasesOf } from "../server/facts.ts";
import { trafficOf } from "../server/traffic.ts";
import type { Context } from "../task/context.ts";

/** A server's releases, for programs. */
export interface ReleasesJson {
  /** The server's name. */
  readonly server: string;
  /** The live release. */
  readonly live: ReleaseId | null;
  /** All that the server's journal knows, newest first. */
  readonly releases: readonly Release[];
}

/** Prints the releases that each server knows. */
export async function listReleases(ctx: Context): Promise<void> {
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
