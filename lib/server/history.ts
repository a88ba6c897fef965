// The history of an app: the records of its servers as one.

import { readRecords } from "../commands/history.ts";
import type { Holder } from "../commands/lock.ts";
import { messageOf } from "../core/error.ts";
import { hasShape, type Shape } from "../core/shape.ts";
import type { Remote } from "../remote/remote.ts";
import type { Servers } from "../remote/servers.ts";

/** How an action ended; `cut off` when nobody could say: its client or its server went down. */
export type Outcome = "succeeded" | "failed" | "interrupted" | "cut off";

/** A step of an action. */
export interface StepTime {
  /** Its title; a step that was taken back comes again, after "Undo: ". */
  readonly title: string;
  /** The time it took. */
  readonly milliseconds: number;
  /** True for the one that failed. */
  readonly failed?: boolean;
}

/** Why an action failed. Secrets are masked. */
export interface Failure {
  /** The exit status of the program. */
  readonly code: number;
  /** The message. */
  readonly message: string;
  /** The messages of what lies behind it, the nearest first. */
  readonly because: readonly string[];
}

/** A failure in a line: its message, and the nearest cause. */
export function reasonText({ message, because }: Failure): string {
  return [message, ...because.slice(0, 1)].join(": ");
}

/** The end of an action, as far as it is known. */
export interface Ending {
  readonly outcome?: Exclude<Outcome, "cut off">;
  readonly milliseconds?: number;
  /** In the order in which they began, those that took something back too. */
  readonly steps?: readonly StepTime[];
  readonly error?: Failure;
  /** The release that it was about, and the one that had the traffic before. */
  readonly release?: string;
  readonly previous?: string;
  /** Its object: the program of a command, processes, an accessory. */
  readonly about?: string;
  /** How much it brought here: the next dump's estimate reads it. */
  readonly bytes?: number;
}

/** A line of a server's history. Without an ending it is what the lock's holder left. */
export interface ActionRecord extends Holder, Ending {}

/** An action, as its servers tell it together. */
export interface HistoryEntry {
  /** `deploy`, `rollback`, `run` … */
  readonly action: string;
  /** `user@machine`; `name by user@machine` when somebody acted through a page. */
  readonly by: string;
  /** When it began: ISO 8601, UTC. */
  readonly since: string;
  /** How it ended. */
  readonly outcome: Outcome;
  /** How long it took, without waiting for the lock; null where that is not known. */
  readonly milliseconds: number | null;
  /** The release that it was about. */
  readonly release: string | null;
  /** The release that had the traffic before. */
  readonly previous: string | null;
  /** Its object: the program of a command, a process, an accessory. */
  readonly about: string | null;
  /** Its steps, in the order in which they began. */
  readonly steps: readonly StepTime[];
  /** Why it failed. */
  readonly error: Failure | null;
  /** The servers that know of it. */
  readonly servers: readonly string[];
}

/** The history of an app, and what is missing in it. */
export interface History {
  /** The app's name. */
  readonly app: string;
  /** The newest first. */
  readonly entries: readonly HistoryEntry[];
  /** Servers that could not be asked, and why. */
  readonly unreachable: readonly { readonly server: string; readonly problem: string }[];
  /** How many lines could not be read, by server: a crash may cut one off. */
  readonly unreadable: Readonly<Record<string, number>>;
}

const recordShape: Shape = {
  by: "string",
  since: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
  what: "string",
  "outcome?": /^(succeeded|failed|interrupted)$/,
  "milliseconds?": "number",
  "steps?": [{ title: "string", milliseconds: "number", "failed?": "boolean" }],
  "error?": { code: "number", message: "string", because: ["string"] },
  "release?": "string",
  "previous?": "string",
  "about?": "string",
  "bytes?": "number",
};

/** Reads the lines of a server: its records, and how many lines are none. */
export function parseRecords(text: string): { records: ActionRecord[]; unreadable: number } {
  const lines = text.split("\n").filter((line) => line !== "");
  const records = lines.flatMap((line) => parseRecord(line) ?? []);
  return { records, unreadable: lines.length - records.length };
}

function parseRecord(line: string): ActionRecord | undefined {
  try {
    const value = JSON.parse(line);
    return hasShape(value, recordShape) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Joins what servers tell of the same actions; of several records of one the last that knows its end counts. */
export function mergeRecords(
  all: ReadonlyMap<string, readonly ActionRecord[]>,
): HistoryEntry[] {
  const found = new Map<string, { record: ActionRecord; servers: Set<string> }>();
  for (const [server, records] of all) {
    for (const record of records) {
      const key = `${record.since} ${record.by}`;
      const known = found.get(key);
      found.set(key, {
        record: record.outcome === undefined ? known?.record ?? record : record,
        servers: (known?.servers ?? new Set()).add(server),
      });
    }
  }
  return [...found.values()].map(({ record, servers }) => entryOf(record, [...servers]))
    .sort((a, b) => (a.since < b.since ? 1 : -1));
}

/** The entry of a record. */
export function entryOf({ what, by, since, ...end }: ActionRecord, servers: readonly string[]): HistoryEntry {
  return {
    action: what.replace(/ at .*/, ""),
    by,
    since,
    outcome: end.outcome ?? "cut off",
    milliseconds: end.milliseconds ?? null,
    release: end.release ?? null,
    previous: end.previous ?? null,
    about: end.about ?? null,
    steps: end.steps ?? [],
    error: end.error ?? null,
    servers,
  };
}

/** The part of a history to read. */
export interface HistoryOptions {
  /** Not what began earlier. */
  readonly since?: Date | undefined;
  /** At most so many entries, the newest. */
  readonly count?: number | undefined;
  readonly signal?: AbortSignal;
}

/** Lines that are read at most: a history that nobody prunes grows. */
const mostLines = 20_000;

/** Reads the history of an app on some servers, as one. A server that can't be asked is named in it. */
export async function readHistory(
  servers: Servers,
  app: string,
  { since, count = Infinity, signal = new AbortController().signal }: HistoryOptions = {},
): Promise<History> {
  // Up to two lines are about one action: that it was cut off, then how it ended all the same.
  const lines = since === undefined ? Math.min(2 * count, mostLines) : mostLines;
  // In the servers' order, whoever answers first.
  const all = new Map<string, readonly ActionRecord[]>(servers.all.map(({ name }) => [name, []]));
  const unreadable: Record<string, number> = {};
  const unreachable: { server: string; problem: string }[] = [];
  await servers.each(async (server: Remote) => {
    try {
      const read = parseRecords(await server.read(readRecords(app, lines), { signal }));
      all.set(server.name, read.records);
      if (read.unreadable > 0) unreadable[server.name] = read.unreadable;
    } catch (error) {
      signal.throwIfAborted();
      unreachable.push({ server: server.name, problem: messageOf(error) });
    }
  });
  const entries = mergeRecords(all)
    .filter((entry) => since === undefined || Date.parse(entry.since) >= since.getTime())
    .slice(0, count);
  return { app, entries, unreachable, unreadable };
}
