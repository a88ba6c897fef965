// The release that waits in the idle slot for `alcaide cutover`.

import { jailName } from "../commands/paths.ts";
import type { Config } from "../config/field/types.ts";
import { newestFirst, type Release } from "../core/release.ts";
import { otherSlot } from "../core/slot.ts";
import { type Facts, owns, releasesOf, runs } from "./facts.ts";
import { trafficOf } from "./traffic.ts";

/** A release that was prepared, and hasn't got the traffic yet. */
export type Prepared = Release & { readonly prepared: string };

/** The prepared release of an app on a server; undefined where the idle slot doesn't hold it any more. */
export function preparedOf({ app, jail: { basePath } }: Config, facts: Facts): Prepared | undefined {
  const name = jailName(app, otherSlot(trafficOf(facts, app)?.slot));
  if (!owns(facts, { name, path: `${basePath}/${name}` })) return undefined;
  return newestFirst(releasesOf(facts, app)).filter(isPrepared)
    .find(({ id, slot }) => facts.jailFiles.get(name) === id && jailName(app, slot) === name);
}

/** Tells whether a record is that of a prepared release. */
export function isPrepared(release: Release): release is Prepared {
  return release.state === "ready" && release.prepared !== undefined;
}

/** A prepared release, as `status` shows it. */
export interface PreparedStatus {
  /** Its id. */
  readonly release: string;
  /** Since when it waits: ISO 8601, UTC. */
  readonly since: string;
  /** True while its jail runs: at boot it is not started. */
  readonly running: boolean;
}

/** The status of the prepared release; null where there is none. */
export function preparedStatus(config: Config, facts: Facts): PreparedStatus | null {
  const found = preparedOf(config, facts);
  if (found === undefined) return null;
  const { id, slot, prepared } = found;
  return { release: id, since: prepared, running: runs(facts, jailName(config.app, slot)) };
}

/** A prepared release for people. */
export function preparedRows(prepared: PreparedStatus | null): string[] {
  if (prepared === null) return [];
  const { release, since, running } = prepared;
  const then = running
    ? '"alcaide cutover" moves the traffic to it'
    : 'its jail does not run, and "alcaide cutover" starts it again';
  return [`  prepared: ${release} since ${since}; ${then}`];
}
