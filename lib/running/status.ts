// The live release of each server, and what disputes it.

import { hasWeb } from "../core/process.ts";
import { declaredOf } from "../core/release.ts";
import { isOf, limitProblems, limitsOf } from "./status_limits.ts";
import { isRepairable, pausedApp, repairHint, unprepared, unreachable } from "./status_problems.ts";
import { chooseServers } from "../task/choose_servers.ts";
import { remainsOf } from "../commands/server/remains.ts";
import { countAnswers } from "../commands/app/guard.ts";
import { askHealth } from "../commands/caddy/caddyfile.ts";
import { jailName } from "../commands/paths.ts";
import { ConnectError, exitCodes } from "../core/error.ts";
import { canaryOf, canaryRows, type CanaryStatus, canaryStatus } from "../server/canary.ts";
import { type Facts, runs } from "../server/facts.ts";
import type { Remote } from "../remote/remote.ts";
import { accessoriesText, type AccessoryStatus, accessoryStatuses } from "../setup/accessory_status.ts";
import { type Slot, slots } from "../core/slot.ts";
import { rememberFacts } from "../deploy/app_locks.ts";
import { disagreements } from "../deploy/repair/disagreements.ts";
import type { Config } from "../config/field/types.ts";
import { treesOf, treesText } from "../setup/dataset.ts";
import { type RunFact, runText } from "../server/runs.ts";
import { survey } from "../server/survey.ts";
import { processesText, type ProcessStatus, processStatuses } from "../server/processes.ts";
import { splitRows, type Traffic, trafficOf, type Witness } from "../server/traffic.ts";
import { imageRows, type ImageStatus, imageStatus } from "../server/images.ts";
import { preparedRows, type PreparedStatus, preparedStatus } from "../server/prepared.ts";
import { behindRows, behindServer, patchRemedy } from "../server/patches.ts";
import { type ScheduleStatus, scheduleStatuses, scheduleText } from "./schedule_status.ts";
import { type JailLimits, limitsText } from "../server/limits.ts";
import { bytes, elapsed, list } from "../core/text.ts";
import type { Context } from "../task/context.ts";

/** The live release of a server. */
export interface ServerStatus {
  /** Its name. */
  readonly server: string;
  /** Its tags in the configuration. */
  readonly tags: readonly string[];
  /** The app's name. */
  readonly app: string;
  /** The release that has the traffic. */
  readonly live: string | null;
  /** The source: Caddy itself; where it does not answer, the marker on disk; without one, the journal. */
  readonly saidBy: Witness | null;
  /** When it went live: ISO 8601, UTC. */
  readonly since: string | null;
  /** The person who deployed it: `user@machine`. */
  readonly by: string | null;
  /** The commit it was made from. */
  readonly revision: string | null;
  /** The image that its jail was made from; null where that was the base system. */
  readonly image: ImageStatus | null;
  /** The release that waits for `alcaide cutover`, since when, and whether its jail runs; null where there is none. */
  readonly prepared: PreparedStatus | null;
  /** The release that has a share of the visitors beside the live one, with the answers of both; null where there is none. */
  readonly canary: CanaryStatus | null;
  /** The app's jails that exist. */
  readonly jails: readonly { name: string; slot: Slot; running: boolean; routed: boolean; address: string }[];
  /** The live release's processes. */
  readonly processes: readonly ProcessStatus[];
  /** Its accessories on the server. */
  readonly accessories: readonly AccessoryStatus[];
  /** The schedules of the live release, and their last runs. */
  readonly schedules: readonly ScheduleStatus[];
  /** The app's answer through Caddy: "200", "no answer"; "not set up" and "unreachable" where nobody could be asked. */
  readonly health: string;
  /** Commands of `alcaide run --detach`, the oldest first. */
  readonly detached: readonly RunFact[];
  /** The limits that are in force, by jail, with what is used of them. */
  readonly limits: Readonly<Record<string, JailLimits>>;
  /** Free space where the jails are. */
  readonly freeBytes: number;
  /** The ZFS dataset that new jails are clones in; null where they are copies. */
  readonly dataset: string | null;
  /** True where new jails mount the base system in place of a copy. */
  readonly thin?: true;
  /** The version of the server's base system, with patch level; null where it is not known. */
  readonly freebsd: string | null;
  /** The app's jails that run with less patches than the server has, and the template of the next one: no jail then. */
  readonly behind: readonly { jail: string | null; freebsd: string }[];
  /** The commands that bring them to the server's patch level; empty where none is behind. */
  readonly patch: string;
  /** Disagreements that `alcaide repair` ends or names, in its words, and what else is wrong. */
  readonly problems: readonly string[];
}

/** Everything of a status that an unreachable server keeps to itself. */
const nothingKnown = {
  ...{ live: null, saidBy: null, since: null, by: null, revision: null, prepared: null, canary: null },
  ...{
    image: null,
    jails: [],
    processes: [],
    accessories: [],
    detached: [],
    schedules: [],
    limits: {},
    freeBytes: 0,
    dataset: null,
    freebsd: null,
    behind: [],
    patch: "",
  },
};

export async function showStatus(ctx: Context, server: string | undefined): Promise<number> {
  const known: Facts[] = [];
  const chosen = chooseServers(ctx, server, "all");
  const read = await chosen.each((server) => readStatus(ctx, server, known));
  await rememberFacts(ctx, known);
  const all = withSplit(read);
  ctx.ui.result(all, all.map((one) => statusText(one, new Date())).join("\n\n"), { prose: true });
  return all.some(({ health }) => health === unreachable || health === unprepared) ? exitCodes.failed : 0;
}

/** Servers that serve different releases are split: a deploy was cut off between them. */
function withSplit(all: readonly ServerStatus[]): ServerStatus[] {
  const known = all.filter((one) => one.health !== unreachable);
  const others = splitRows(known.map(({ server, live }) => ({ server, release: live ?? undefined })));
  if (others.length === 0) return [...all];
  return all.map((one) => ({
    ...one,
    problems: [...one.problems, `the servers are split: ${list(others)}`],
  }));
}

async function readStatus(ctx: Context, server: Remote, known: Facts[]): Promise<ServerStatus> {
  const { config: { app, jail: { basePath }, health }, signal } = ctx;
  try {
    const more = remainsOf(app, basePath);
    const facts = await survey(server, { basePath, setup: true, app, signal, more });
    known.push(facts);
    const token = facts.host.apps[app]?.token;
    const served = hasWeb(declaredOf(trafficOf(facts, app)?.record?.config));
    const answer = token === undefined || !served
      ? ""
      : await server.read(askHealth(app, token, health.path), { signal });
    const [code, paused] = answer.trim().split(":");
    const canary = canaryOf(ctx.config, facts);
    const counted = canary && await server.read(countAnswers(app, canary.since), { signal });
    const found = statusOf(ctx.config, server.name, facts, code || (served ? "no answer" : "no web process"));
    return {
      ...found,
      ...canary && { prepared: null, canary: canaryStatus(ctx.config, facts, canary, counted ?? "") },
      problems: [...found.problems, ...paused ? [pausedApp] : []],
      accessories: accessoryStatuses(ctx.config, facts, server.name),
    };
  } catch (error) {
    if (!(error instanceof ConnectError) || ctx.servers.all.length < 2) throw error;
    // One server out of reach must not hide what the others serve.
    const tags = tagsOf(ctx.config, server.name);
    return {
      ...nothingKnown,
      server: server.name,
      tags,
      app,
      health: unreachable,
      problems: [error.message],
    };
  }
}

/** A server's status, from its facts. */
export function statusOf(config: Config, server: string, facts: Facts, health: string): ServerStatus {
  const { app, jail: { basePath } } = config;
  const traffic = trafficOf(facts, app);
  const place = facts.host.apps[app];
  const bare = traffic === undefined && place === undefined && facts.templates.length === 0;
  const behind = behindServer(facts, basePath).filter(({ jail }) =>
    jail === undefined || isOf(app, jail, facts)
  );
  const jails = slots.flatMap((slot) => {
    const name = jailName(app, slot);
    if (place === undefined || !facts.trees.has(`${basePath}/${name}`)) return [];
    return [{ name, slot, running: runs(facts, name), routed: traffic?.slot === slot, address: place[slot] }];
  });
  return {
    server,
    tags: tagsOf(config, server),
    app,
    live: traffic?.release ?? null,
    saidBy: traffic?.saidBy ?? null,
    since: traffic?.record?.liveAt ?? null,
    by: traffic?.record?.by ?? null,
    revision: traffic?.record?.revision.commit || null,
    ...{ image: imageStatus(traffic?.record), prepared: preparedStatus(config, facts), canary: null },
    jails,
    processes: traffic === undefined ? [] : processStatuses(facts, app, traffic),
    accessories: [],
    detached: facts.remains?.runs ?? [],
    schedules: scheduleStatuses(facts),
    limits: limitsOf(app, facts),
    health: bare ? unprepared : health,
    freeBytes: facts.free,
    ...treesOf(config, facts),
    freebsd: facts.userland || null,
    behind: behind.map(({ jail = null, version }) => ({ jail, freebsd: version })),
    patch: patchRemedy(behind, facts),
    problems: bare
      ? ['"alcaide setup" never prepared this server: run it first']
      : problemsOf(config, facts, traffic),
  };
}

function tagsOf({ servers }: Config, name: string): readonly string[] {
  return servers.find((one) => one.name === name)?.tags ?? [];
}

function problemsOf(config: Config, facts: Facts, traffic: Traffic | undefined): string[] {
  const found = disagreements(config, facts).map(({ says }) => says);
  return [...new Set([...found, ...traffic ? limitProblems(config.app, traffic, facts) : []])];
}

/** A server's status for people. */
export function statusText(one: ServerStatus, now: Date): string {
  const processes = processesText(one.processes, now).map((row) => `    ${row}`);
  const accessories = accessoriesText(one.accessories).map((row) => `  ${row}`);
  return [
    ...appRows(one, now),
    ...imageRows(one.image, now),
    ...preparedRows(one.prepared),
    ...canaryRows(one.canary, one.live),
    ...one.tags.length === 0 ? [] : [`  tags: ${one.tags.join(", ")}`],
    ...processes.length === 0 ? [] : ["  processes:", ...processes],
    ...accessories.length === 0 ? [] : ["  accessories:", ...accessories],
    ...one.detached.map((run) => `  detached: ${runText(run)}`),
    ...one.schedules.map((schedule) => scheduleText(schedule, now)),
    ...Object.entries(one.limits).map(([jail, limits]) => `  limits of ${jail}: ${limitsText(limits)}`),
    ...one.live === null
      ? []
      : [`  disk: ${bytes(one.freeBytes)} free, ${treesText(one.dataset ?? undefined, one.thin)}`],
    ...behindRows(one),
    ...one.problems.map((problem) => `  problem: ${problem}`),
    ...isRepairable(one) ? [`  next: ${repairHint}`] : [],
  ].join("\n");
}

function appRows({ server, app, live, since, by, health, jails }: ServerStatus, now: Date): string[] {
  if (live === null) {
    const silent = [unreachable, unprepared].includes(health);
    return [`${server}: ${silent ? health : `nothing of ${app} is live`}`];
  }
  const age = since && ` for ${elapsed(since, now)}, since ${since}`;
  const told = jails.map(({ name, address, routed, running }) =>
    `${name} (${address}) ${routed ? "has the traffic" : running ? "runs" : "kept, stopped"}`
  );
  return [
    `${server}: ${live} is live${age ?? ""}${by === null ? "" : `, deployed by ${by}`}`,
    `  health: ${health}`,
    `  jails: ${list(told)}`,
  ];
}
