// Releases as rows, for people.

import { isGood, type Release, type ReleaseId, servedBefore } from "../core/release.ts";
import { isPrepared } from "../server/prepared.ts";
import { columns, elapsed } from "../core/text.ts";

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
    const age = `${elapsed(createdAt, now)} ago`;
    const source = revision.commit === "" ? "" : revision.short + (revision.dirty ? " and changes" : "");
    return [id, stateOf(release, live, before), age, by, source];
  });
  return columns(rows).join("\n");
}

/** The state in words: what has the traffic counts more than the record, which may lag behind after a cut. */
export function stateOf(release: Release, live: ReleaseId | undefined, before: readonly Release[]): string {
  const { id, state, prepared } = release;
  if (id === live) return "live";
  if (isPrepared(release)) return "prepared";
  if (state === "failed" && prepared !== undefined) return "taken back";
  if (state === "building" || state === "ready") return "cut off";
  if (!isGood(release)) return state;
  return before.includes(release) ? "kept" : "kept, rolled back";
}
