// A release: one built version of the app, and what the server's journal says of it.

import type { Limits } from "./limits.ts";
import type { AppProcess, ReleaseProcesses } from "./process.ts";
import { hasShape, type Shape } from "./shape.ts";
import type { Slot } from "./slot.ts";

/** Name of a release: a number, a dash and the short revision, as in `7-1a2b3c4`. */
export type ReleaseId = string;

/** Where a release stands. */
export type ReleaseState = "building" | "ready" | "live" | "retired" | "failed";

/** Where a release's source stands in its repository. */
export interface Revision {
  /** Short name of the commit; `none` outside a repository. */
  readonly short: string;
  /** Whole name of the commit, or empty. */
  readonly commit: string;
  /** True when files differed from the commit. */
  readonly dirty: boolean;
}

/** The journal's record of a release, kept in `release.json`. */
export interface Release {
  /** Its name. */
  readonly id: ReleaseId;
  /** The app's name. */
  readonly app: string;
  /** Where it stands. `failed` beside `prepared`: it was taken back before it went live. */
  readonly state: ReleaseState;
  /** Why it failed. */
  readonly reason?: string;
  /** True when it was rolled away from: only chosen again when it is named. */
  readonly rolledBack?: boolean;
  /** True while its guard runs, or when that was cut off: it has the traffic, and the release before is still warm. */
  readonly guarded?: boolean;
  /** Since when it waits in its jail for a cutover: ISO 8601, UTC. */
  readonly prepared?: string;
  /** The release that it took the traffic from, and that a rollback goes back to; absent at the first, and in old records. */
  readonly previous?: ReleaseId;
  /** Where its jail is. */
  readonly slot: Slot;
  /** When its deploy began: ISO 8601, UTC. */
  readonly createdAt: string;
  /** When it went live; absent when its deploy was cut off before that was written down. */
  readonly liveAt?: string;
  /** The person who deployed it: `user@machine`. */
  readonly by: string;
  /** Where its source stood. */
  readonly revision: Revision;
  /** The file that was uploaded. */
  readonly artifact: { readonly sha256: string; readonly size: number };
  /** FreeBSD version of its jail. */
  readonly freebsd: string;
  /** Keyed fingerprint of its environment; the key stays on the server. */
  readonly env: string;
  /** The part of the configuration that it was deployed with. */
  readonly config: ReleaseConfig;
}

/** The part of a configuration that a release takes along, so that it can come back as it was. */
export interface ReleaseConfig {
  /** The command that starts the web process; empty where there is none. */
  readonly start: string;
  /** The other processes, where there are any. */
  readonly processes?: readonly AppProcess[];
  /** The port that it listens on. */
  readonly port: number;
  /** Packages in the jail. */
  readonly packages: readonly string[];
  /** Host directories that the jail sees. */
  readonly volumes: readonly { readonly host: string; readonly jail: string }[];
  /** How its health is seen. */
  readonly health: {
    readonly path: string;
    readonly status: readonly [number, number];
    readonly timeout: number;
    readonly interval: number;
  };
  /** Seconds that it gets to end; absent in old records. */
  readonly stopTimeout?: number;
  /** How much of a server its jail may use; absent in old records. */
  readonly limits?: Limits;
  /** Commands that cron runs in its jail while it is live, on this server; absent where there are none. */
  readonly schedules?: readonly ScheduleSpec[];
  /** True where its jail mounts the base system; absent where it has a copy or a clone. */
  readonly thin?: boolean;
  /** The image that its jail was made from, and the commands that were run in it; absent where that was the base system. */
  readonly image?: { readonly name: string; readonly commands: readonly string[] };
  /** Files that Caddy serves; absent where there are none. */
  readonly assets?: Assets;
}

/** Files of a release that Caddy serves. */
export interface Assets {
  /** The path that visitors ask for: `/assets`. */
  readonly path: string;
  /** Where they are in the release; a `*` stands for any part of a name. */
  readonly from: string;
}

/** Their path for visitors: no `.`, `..` or empty part. */
export const assetsPath = /^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._~-]+)+$/;
/** Where they are in a release; a script has the text unquoted, for its stars. */
export const assetsFrom = /^(?!\/)((^|\/)(?!\.{1,2}(\/|$))[A-Za-z0-9._@+*-]+)+$/;

/** A command that cron runs. */
export interface ScheduleSpec {
  /** Its name. */
  readonly name: string;
  /** Minute, hour, day of the month, month and day of the week. */
  readonly at: string;
  /** The command. */
  readonly run: string;
  /** Seconds after which a run is ended. */
  readonly timeout?: number;
}

/** Seconds that programs get to end where nothing else is said. */
export const usualStop = 30;

/** The processes of a release's record; without one it is taken for an app of one web process. */
export function declaredOf(config: Partial<ReleaseConfig> | undefined): ReleaseProcesses {
  const { start = "app", stopTimeout = usualStop, processes = [] } = config ?? {};
  return { start, stopTimeout, processes };
}

/** A release's number: 7 for `7-1a2b3c4`. */
export function releaseNumber(id: ReleaseId): number {
  return Number.parseInt(id, 10);
}

/** The id that comes after all those given. */
export function nextReleaseId(ids: Iterable<ReleaseId>, revision: Revision): ReleaseId {
  let highest = 0;
  for (const id of ids) highest = Math.max(highest, releaseNumber(id) || 0);
  return `${highest + 1}-${revision.short}${revision.dirty ? "_dirty" : ""}`;
}

const idPattern = /^[1-9][0-9]{0,8}-[0-9a-z_]{1,40}$/;

/** Tells whether text has the form of a release id. */
export function isReleaseId(text: string): boolean {
  return idPattern.test(text);
}

const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

const recordShape: Shape = {
  id: idPattern,
  app: "string",
  state: /^(building|ready|live|retired|failed)$/,
  "reason?": "string",
  "rolledBack?": "boolean",
  "guarded?": "boolean",
  "prepared?": moment,
  "previous?": idPattern,
  slot: /^(blue|green)$/,
  createdAt: moment,
  "liveAt?": moment,
  by: "string",
  revision: { short: "string", commit: "string", dirty: "boolean" },
  artifact: { sha256: "string", size: "number" },
  freebsd: "string",
  env: "string",
  config: {
    start: "string",
    "processes?": [{
      name: /^[a-z][a-z0-9]{0,29}$/,
      start: "string",
      instances: "number",
      stopTimeout: "number",
      alone: "boolean",
      startBefore: "boolean",
    }],
    "stopTimeout?": "number",
    "limits?": { "memory?": "number", "cpu?": "number", "processes?": "number" },
    port: "number",
    packages: ["string"],
    volumes: [{ host: "string", jail: "string" }],
    "schedules?": [{ name: /^[a-z][a-z0-9_-]*$/, at: "string", run: "string", "timeout?": "number" }],
    "assets?": { path: assetsPath, from: assetsFrom },
    health: { path: "string", status: ["number", "number"], timeout: "number", interval: "number" },
    "thin?": "boolean",
    "image?": { name: "string", commands: ["string"] },
  },
};

/**
 * Reads a record of the journal.
 *
 * @returns the record, or undefined when the text is none
 */
export function parseRelease(text: string): Release | undefined {
  try {
    const value = JSON.parse(text);
    return hasShape(value, recordShape) ? value : undefined;
  } catch {
    return undefined; // A record that can't be read counts as absent; `status` shows its directory.
  }
}

/** Tells whether a release served well: it can be gone back to. */
export function isGood({ state }: Release): boolean {
  return state === "live" || state === "retired";
}

/**
 * The good releases that rollbacks go to, one after the other: those that served before the live one, the last first, without
 * those that were rolled away from or passed over. Numbers don't tell: after 3, back to 1 and the deploy of 4, 4 came after 1.
 */
export function servedBefore(releases: readonly Release[], live: ReleaseId | undefined): Release[] {
  const found: Release[] = [];
  for (let at = live;;) {
    const number = at === undefined ? Infinity : releaseNumber(at);
    const previous = releases.find((r) => r.id === at)?.previous;
    const isNamed = previous !== undefined && releaseNumber(previous) < number;
    const older = releases.filter((r) => isGood(r) && releaseNumber(r.id) < number);
    at = isNamed ? previous : lastLive(older.filter((r) => !r.rolledBack))?.id;
    if (at === undefined) return found;
    found.push(...older.filter((r) => r.id === at));
  }
}

/** Where no record names the previous release, the times tell. */
function lastLive(releases: readonly Release[]): Release | undefined {
  const time = ({ liveAt, createdAt }: Release) => Date.parse(liveAt ?? createdAt);
  return newestFirst(releases).sort((a, b) => time(b) - time(a))[0];
}

/** Newest first. */
export function newestFirst(releases: readonly Release[]): Release[] {
  return [...releases].sort((a, b) => releaseNumber(b.id) - releaseNumber(a.id));
}
