// Remains of cut off work on a server, and what is gone: read from the sections of `remainsOf()`.

import type { ReleaseId } from "../core/release.ts";
import type { Holder } from "../commands/lock.ts";
import { holderOf } from "./lock.ts";
import { rows, splitFirst } from "./rows.ts";
import { parseRun, type RunFact } from "./runs.ts";

/** A schedule as it is on a server. */
export interface ScheduleFact {
  readonly name: string;
  /** Minute, hour, day of the month, month and day of the week. */
  readonly at: string;
  /** The release that it belongs to. */
  readonly release: ReleaseId;
  /** True when cron's file names it. */
  readonly listed: boolean;
  /** True while it runs. */
  readonly running: boolean;
  /** Its last run: seconds since 1970; without an end it runs, or was cut off. Undefined before the first. */
  readonly last: { readonly begun: number; readonly ended?: number; readonly status?: number } | undefined;
}

/** A service of ours in a jail. */
export interface ServiceFact {
  readonly jail: string;
  readonly service: string;
  /** True where the jail's boot starts it. */
  readonly wanted: boolean;
  /** True where its supervisor runs. */
  readonly watched: boolean;
  /** Its program, and for how many seconds it has run; undefined where none runs. */
  readonly program: { readonly pid: number; readonly seconds: number } | undefined;
}

function parseServices(text: string): ServiceFact[] {
  const found = new Map<string, ServiceFact>();
  for (
    const [kind, jail = "", service = "", pid, seconds] of rows(text).map((row) => row.trim().split(/\s+/))
  ) {
    if (kind !== "wanted" && kind !== "up") continue;
    const key = `${jail} ${service}`;
    const before = found.get(key) ?? { jail, service, wanted: false, watched: false, program: undefined };
    const program = seconds === undefined ? undefined : { pid: Number(pid), seconds: Number(seconds) };
    found.set(key, kind === "wanted" ? { ...before, wanted: true } : { ...before, watched: true, program });
  }
  return [...found.values()];
}

/** Facts for `status` and `repair` only. */
export interface Remains {
  /** Mounts below the base path: mount point and kind. */
  readonly mounts: readonly { readonly at: string; readonly type: string }[];
  /** Trees that were being copied, exchanged or deleted: path to mark, or `empty`. */
  readonly halves: ReadonlyMap<string, string>;
  /** Names of the jails' files. */
  readonly jailFiles: readonly string[];
  /** Directories of releases: name to the files in it. */
  readonly releases: ReadonlyMap<string, readonly string[]>;
  /** Directories of releases' assets, by name. */
  readonly assets: ReadonlySet<string>;
  /** Schedules of the app that are on the server. */
  readonly schedules: readonly ScheduleFact[];
  /** The holder of the app's lock, who may be gone; undefined when nobody is named. */
  readonly lock: { readonly held: boolean; readonly holder: Holder } | undefined;
  /** Commands of `run --detach`, the oldest first. */
  readonly runs: readonly RunFact[];
  /** Services of ours in the app's jails. */
  readonly services: readonly ServiceFact[];
  /** Datasets with our mark: name to the mark. */
  readonly marks: ReadonlyMap<string, string>;
}

/** Reads those facts, a section at a time. */
export function parseRemains(get: (name: string) => string): Remains {
  const [state, ...info] = rows(get("lock"));
  const holder = holderOf(info.join("\n"));
  return {
    mounts: rows(get("mounts")).map((row) => splitFirst(row, " ")).map(([at, type]) => ({ at, type })),
    halves: new Map(rows(get("halves")).map((row) => splitFirst(row, " "))),
    jailFiles: rows(get("jail files")),
    releases: new Map(
      rows(get("releases")).map((row) => splitFirst(row, " ")).map(([id, files]) => [id, files.split(" ")]),
    ),
    assets: new Set(rows(get("assets"))),
    schedules: rows(get("schedules")).map(scheduleOf),
    lock: holder === null ? undefined : { held: state === "held", holder },
    runs: rows(get("runs")).flatMap(parseRun).sort((a, b) => (a.began < b.began ? -1 : 1)),
    services: parseServices(get("services")),
    marks: new Map(rows(get("dataset marks")).map((row) => splitFirst(row, "\t"))),
  };
}

function scheduleOf(row: string): ScheduleFact {
  const [words, at] = splitFirst(row, "\t");
  const [name = "", release = "", listed, now, begun = "", ended, status] = words.split(" ");
  const end = ended === undefined ? {} : { ended: Number(ended), status: Number(status) };
  return {
    name,
    at,
    release,
    listed: listed === "cron",
    running: now === "runs",
    last: begun === "" ? undefined : { begun: Number(begun), ...end },
  };
}
