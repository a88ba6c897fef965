/**
 * `alcaide status`: what is live where.
 *
 * @module
 */

import { chooseServers, serverOption } from "../lib/task/choose_servers.ts";
import { askHealth } from "../lib/commands/caddy.ts";
import { type Routed, routed } from "../lib/server/routed.ts";
import { jailName } from "../lib/commands/paths.ts";
import { ConnectError, exitCodes } from "../lib/core/error.ts";
import type { Facts } from "../lib/server/facts.ts";
import type { Remote } from "../lib/remote/remote.ts";
import { accessoriesText, type AccessoryStatus, accessoryStatuses } from "../lib/setup/accessory_status.ts";
import { type Slot, slots } from "../lib/core/slot.ts";
import { survivor } from "../lib/deploy/plan/plan.ts";
import { treesText } from "../lib/setup/dataset.ts";
import { survey } from "../lib/server/survey.ts";
import { type Task, task } from "../lib/task/task.ts";
import { bytes, duration, list } from "../lib/core/text.ts";
import type { Context } from "../lib/task/context.ts";

/** What is live on a server. */
export interface ServerStatus {
  /** Its name. */
  readonly server: string;
  /** The app's name. */
  readonly app: string;
  /** The release that Caddy serves. */
  readonly live: string | null;
  /** When it went live: ISO 8601, UTC. */
  readonly since: string | null;
  /** Who deployed it: `user@machine`. */
  readonly by: string | null;
  /** The commit it was made from. */
  readonly revision: string | null;
  /** The app's jails that exist. */
  readonly jails: readonly { name: string; slot: Slot; running: boolean; routed: boolean; address: string }[];
  /** Its accessories on the server. */
  readonly accessories: readonly AccessoryStatus[];
  /** What the app answers through Caddy: "200", "no answer"; "not set up" and "unreachable" where nobody could be asked. */
  readonly health: string;
  /** Free space where the jails are. */
  readonly freeBytes: number;
  /** The ZFS dataset that new jails are clones in; null where they are copies. */
  readonly dataset: string | null;
  /** Where Caddy, the site file and the journal disagree, and what else is wrong. */
  readonly problems: readonly string[];
}

/** What stands for the health of a server that can't be asked. */
const unreachable = "unreachable";

/** What stands for the health of an app on a server that nobody prepared. */
const unprepared = "not set up";

/** Shows what is live where. */
export const status: Task = task({
  description: "Show what is live where, since when, by whom",
  group: "Look and run",
  args: [],
  options: { server: serverOption },
  run: showStatus,
});

async function showStatus(ctx: Context): Promise<number> {
  const read = await chooseServers(ctx, "all").each((server) => readStatus(ctx, server));
  const all = withSplit(read);
  ctx.ui.result(all, all.map((one) => statusText(one, new Date())).join("\n\n"));
  return all.some(({ health }) => health === unreachable || health === unprepared) ? exitCodes.failed : 0;
}

/** Servers that serve different releases are split: a deploy was cut off between them. */
export function withSplit(all: readonly ServerStatus[]): ServerStatus[] {
  const known = all.filter((one) => one.health !== unreachable);
  if (new Set(known.map((one) => one.live)).size < 2) return [...all];
  const others = known.map((one) => `${one.server} serves ${one.live ?? "nothing"}`);
  return all.map((one) => ({
    ...one,
    problems: [...one.problems, `the servers are split: ${list(others)}`],
  }));
}

async function readStatus(ctx: Context, server: Remote): Promise<ServerStatus> {
  const { config: { app, jail: { basePath }, health }, signal } = ctx;
  try {
    const facts = await survey(server, { basePath, health: true, app, signal });
    const token = facts.host.apps[app]?.token;
    const answer = token === undefined
      ? ""
      : await server.read(askHealth(app, token, health.path), { signal });
    const [code, paused] = answer.trim().split(":");
    const found = statusOf(app, server.name, facts, code || "no answer", basePath);
    return {
      ...found,
      problems: [...found.problems, ...paused ? ["visitors see the maintenance page, not the app"] : []],
      accessories: accessoryStatuses(ctx.config, facts, server.name),
    };
  } catch (error) {
    if (!(error instanceof ConnectError) || ctx.servers.all.length < 2) throw error;
    // One server out of reach must not hide what the others serve.
    return {
      ...{
        server: server.name,
        app,
        live: null,
        since: null,
        by: null,
        revision: null,
        jails: [],
        accessories: [],
      },
      ...{ health: unreachable, freeBytes: 0, dataset: null, problems: [error.message] },
    };
  }
}

/** A server's status, from its facts. */
export function statusOf(
  app: string,
  server: string,
  facts: Facts,
  health: string,
  basePath: string,
): ServerStatus {
  const found = routed(app, basePath, facts);
  const place = facts.host.apps[app];
  const bare = found === undefined && place === undefined && facts.templates.length === 0;
  const running = new Set(facts.jails.filter((jail) => !jail.dying).map((jail) => jail.name));
  const jails = slots.flatMap((slot) => {
    const name = jailName(app, slot);
    if (place === undefined || !facts.trees.has(`${basePath}/${name}`)) return [];
    return [{ name, slot, running: running.has(name), routed: found?.slot === slot, address: place[slot] }];
  });
  return {
    server,
    app,
    live: found?.release ?? null,
    since: found?.record?.liveAt ?? null,
    by: found?.record?.by ?? null,
    revision: found?.record?.revision.commit || null,
    jails,
    accessories: [],
    health: bare ? unprepared : health,
    freeBytes: facts.free,
    dataset: facts.dataset ?? null,
    problems: bare
      ? ['"alcaide setup" never prepared this server: run it first']
      : found === undefined
      ? unmarked(app, facts)
      : problemsOf(app, found, facts, running),
  };
}

/** Visitors may well be served; but nobody goes by that. */
function unmarked(app: string, facts: Facts): string[] {
  const live = survivor(app, facts);
  if (live === undefined) return [];
  return [`the marker on disk is gone, though ${live.release} runs: "alcaide repair" puts it back`];
}

function problemsOf(app: string, found: Routed, facts: Facts, running: ReadonlySet<string>): string[] {
  const problems: string[] = [];
  const disk = facts.routed.get(app)?.release;
  if (!facts.caddy.running) problems.push("Caddy does not run");
  else if (!found.certain) problems.push("Caddy does not say which release it serves");
  if (disk !== found.release) {
    problems.push(`the marker on disk names ${disk ?? "nothing"}, Caddy serves ${found.release}`);
  }
  if (found.record === undefined) problems.push(`the journal does not know ${found.release}`);
  else if (found.record.state !== "live") {
    problems.push(`the journal says ${found.release} is ${found.record.state}`);
  }
  if (!running.has(found.jail.name)) problems.push(`jail ${found.jail.name} does not run`);
  return problems;
}

/** A server's status for people. */
export function statusText(one: ServerStatus, now: Date): string {
  const accessories = one.accessories.length === 0
    ? []
    : ["  accessories:", ...accessoriesText(one.accessories).map((row) => `  ${row}`)];
  if (one.live === null) {
    const what = [unreachable, unprepared].includes(one.health)
      ? one.health
      : `nothing of ${one.app} is live`;
    return [
      `${one.server}: ${what}`,
      ...accessories,
      ...one.problems.map((problem) => `  problem: ${problem}`),
    ].join("\n");
  }
  const age = one.since === null
    ? ""
    : ` for ${duration(Math.max(0, now.getTime() - Date.parse(one.since)))}, since ${one.since}`;
  const jails = one.jails.map((jail) => {
    const state = jail.routed ? "has the traffic" : jail.running ? "runs" : "kept, stopped";
    return `${jail.name} (${jail.address}) ${state}`;
  });
  return [
    `${one.server}: ${one.live} is live${age}${one.by === null ? "" : `, deployed by ${one.by}`}`,
    `  health: ${one.health}`,
    `  jails: ${list(jails)}`,
    ...accessories,
    `  disk: ${bytes(one.freeBytes)} free, ${treesText(one.dataset ?? undefined)}`,
    ...one.problems.map((problem) => `  problem: ${problem}`),
  ].join("\n");
}
