// The processes of a live release: how many should run, and those that do.

import { instanceOf } from "../commands/app/processes.ts";
import { jailName } from "../commands/paths.ts";
import { hasWeb, webProcess } from "../core/process.ts";
import { declaredOf } from "../core/release.ts";
import { elapsed } from "../core/text.ts";
import type { Facts } from "./facts.ts";
import type { Traffic } from "./traffic.ts";

/** An instance of a process. */
export interface InstanceStatus {
  /** Its number, from 1. */
  readonly instance: number;
  /** Its service in the jail. */
  readonly service: string;
  /** True where its program runs. */
  readonly running: boolean;
  /** Its process id; null where none runs. */
  readonly pid: number | null;
  /** When it started: ISO 8601, UTC. */
  readonly since: string | null;
}

/** A process of a live release on a server. */
export interface ProcessStatus {
  /** Its name. */
  readonly name: string;
  /** How many the release declares. */
  readonly declared: number;
  /** How many should run: others than declared after `alcaide scale`. */
  readonly wanted: number;
  /** Those that should run or do. */
  readonly instances: readonly InstanceStatus[];
}

/** The processes of a live release, the web process first. */
export function processStatuses(
  facts: Facts,
  app: string,
  { slot, record }: Pick<Traffic, "slot" | "record">,
): ProcessStatus[] {
  const { start, processes } = declaredOf(record?.config);
  const all = (facts.remains?.services ?? []).filter(({ jail }) => jail === jailName(app, slot));
  const web = hasWeb({ start }) ? [{ name: webProcess, instances: 1 }] : [];
  return [...web, ...processes].map(({ name, instances: declared }) => {
    const own = all.flatMap((one) => {
      const found = instanceOf(one.service);
      return found?.name === name ? [{ ...one, ...found }] : [];
    }).toSorted((a, b) => a.instance - b.instance);
    return {
      name,
      declared,
      wanted: own.filter(({ wanted }) => wanted).length,
      instances: own.filter(({ wanted, watched }) => wanted || watched).map((
        { instance, service, program },
      ) => ({
        instance,
        service,
        running: program !== undefined,
        pid: program?.pid ?? null,
        since: program === undefined ? null : new Date((facts.now - program.seconds) * 1000).toISOString(),
      })),
    };
  });
}

/** Services of a live release that should run and have no supervisor, by process. */
export function missingServices(
  facts: Facts,
  app: string,
  { slot, record }: Pick<Traffic, "slot" | "record">,
): Map<string, string[]> {
  const jail = jailName(app, slot);
  const lost = (facts.remains?.services ?? []).filter((one) =>
    one.jail === jail && one.wanted && !one.watched
  );
  const known = new Set([webProcess, ...declaredOf(record?.config).processes.map(({ name }) => name)]);
  const found = new Map<string, string[]>();
  for (const { service } of lost) {
    const name = instanceOf(service)?.name;
    if (name === undefined || !known.has(name)) continue;
    found.set(name, [...found.get(name) ?? [], service]);
  }
  return found;
}

/** Rows for people; none for a release that has the web process alone. */
export function processesText(all: readonly ProcessStatus[], now: Date): string[] {
  if (all.every(({ name }) => name === webProcess)) return [];
  return all.flatMap(({ name, declared, wanted, instances }) => [
    ...instances.map(({ instance, pid, since }) => {
      const age = since === null ? "" : `, for ${elapsed(since, now)}`;
      return `${name}${declared > 1 || wanted > 1 ? ` ${instance}` : ""}: ${
        pid === null ? "does not run" : `pid ${pid}${age}`
      }`;
    }),
    ...wanted === declared || name === webProcess
      ? []
      : [`${name}: ${wanted} until the next deploy, ${declared} declared`],
  ]);
}
