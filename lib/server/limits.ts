// Limits that are in force on a server, and what is used of them.

import { type LimitName, limitResources, type Limits, limitsSet, memoryText } from "../core/limits.ts";
import { list } from "../core/text.ts";
import { rows, splitFirst } from "./rows.ts";

/** A limit in force: bytes, percent of one processor, or processes. */
export interface LimitFact {
  /** The limit. */
  readonly most: number;
  /** Null where nobody counted. */
  readonly used: number | null;
}

/** The limits of one jail. */
export type JailLimits = Readonly<Partial<Record<keyof Limits, LimitFact>>>;

/** Limits on a server. */
export interface LimitsFacts {
  /** The kernel counts, so that limits can be in force. */
  readonly counts: boolean;
  /** The limits in force, by jail. */
  readonly limits: ReadonlyMap<string, JailLimits>;
}

const names = new Map(
  Object.entries(limitResources).map(([name, resource]) => [resource, name as LimitName]),
);

/** Reads what `listLimits` printed. */
export function parseLimits(text: string): LimitsFacts {
  const all = rows(text);
  const used = new Map(all.filter((row) => row.includes(" ")).map((row) => splitFirst(row, "=")));
  const limits = new Map<string, JailLimits>();
  for (const row of all) {
    const [, jail = "", resource = "", most] = /^jail:(\w+):(\w+):deny=(\d+)/.exec(row) ?? [];
    const name = names.get(resource);
    if (name === undefined) continue;
    const now = used.get(`${jail} ${resource}`);
    const fact = { most: Number(most), used: now === undefined ? null : Number(now) };
    limits.set(jail, { ...limits.get(jail), [name]: fact });
  }
  return { counts: all[0] === "counts", limits };
}

/** The names of the limits that a jail should have and doesn't. */
export function missingLimits(wanted: Limits, found: JailLimits = {}): LimitName[] {
  return limitsSet(wanted).filter(([name, most]) => found[name]?.most !== most).map(([name]) => name);
}

/** A jail's limits for people: `memory 210M of 512M and processes 12 of 200`. */
export function limitsText(limits: JailLimits): string {
  const of = (name: LimitName, say: (count: number) => string) => {
    const { most, used } = limits[name] ?? {};
    if (most === undefined) return [];
    return [used === null || used === undefined ? `at most ${say(most)}` : `${say(used)} of ${say(most)}`];
  };
  return list([
    ...of("memory", memoryText).map((text) => `memory ${text}`),
    ...of("cpu", (count) => `${count} %`).map((text) => `cpu ${text}`),
    ...of("processes", String).map((text) => `processes ${text}`),
  ]);
}
