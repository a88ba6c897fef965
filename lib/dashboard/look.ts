// A look at the servers of an app, as `status` and `releases` take it.

import type { Release } from "../core/release.ts";
import type { History, HistoryEntry } from "../server/history.ts";
import type { ReleasesJson } from "../running/releases.ts";
import type { ServerStatus } from "../running/status.ts";
import { unreachable } from "../running/status_problems.ts";
import type { Task } from "../task/task.ts";
import type { Project } from "./project.ts";

/** The findings of a look at an app's servers. */
export interface Look {
  readonly statuses: readonly ServerStatus[];
  /** The releases of all servers; one that is on several stands here once. */
  readonly releases: readonly Release[];
  /** The last actions, the newest first. */
  readonly history: readonly HistoryEntry[];
  readonly at: Date;
}

/** The tasks that look. */
export type LookTasks = Readonly<Record<"status" | "releases" | "history", Task>>;

/** So many actions are shown. */
const shownActions = 12;

/** Nothing is known yet. */
export const nothingSeen: Look = { statuses: [], releases: [], history: [], at: new Date(0) };

/** Looks at an app's servers. While one of several is out of reach, the releases are those that were seen before. */
export async function lookAt(
  project: Project,
  tasks: LookTasks,
  signal: AbortSignal,
  before: Look,
): Promise<Look> {
  // One after the other: the second one finds the connection of the first, and fails where that does.
  const statuses = await project.look(tasks.status, { signal }) as ServerStatus[];
  const reached = statuses.every(({ health }) => health !== unreachable);
  const lists = reached ? await project.look(tasks.releases, { signal }) as ReleasesJson[] : [];
  const all = reached ? lists.flatMap((one) => one.releases) : before.releases;
  const releases = new Map(all.map((release) => [release.id, release]));
  const { entries } = await project.look(tasks.history, {
    signal,
    options: { lines: shownActions },
  }) as History;
  return { statuses, releases: [...releases.values()], history: entries, at: new Date() };
}
