// The plan of a rollback: the way to an older release, or forward again.

import type { Config } from "../../config/field/types.ts";
import { AlcaideError, UsageError } from "../../core/error.ts";
import { type Facts, owns, releasesOf } from "../../server/facts.ts";
import {
  declaredOf,
  isGood,
  newestFirst,
  type Release,
  type ReleaseId,
  releaseNumber,
  servedBefore,
} from "../../core/release.ts";
import type { Remote } from "../../remote/remote.ts";
import { refuseCanary } from "../../server/canary.ts";
import { trafficOf } from "../../server/traffic.ts";
import { list } from "../../core/text.ts";
import { type DeployPlan, ended, findPrevious, type PlanInputs, type ServerPlan, toRetire } from "./plan.ts";
import { checkServer } from "./checks.ts";
import { withImage } from "./image.ts";
import { planSlot } from "./slot.ts";

/** Inputs of a rollback's plan besides configuration and facts. */
export interface RollbackInputs extends PlanInputs {
  /** The release asked for: an id or its number; without it the good one that served before the live one. */
  readonly asked?: string | undefined;
}

/**
 * Decides what a rollback will do: no build, no upload; the release's own configuration and environment.
 *
 * @throws {AlcaideError} when there is nothing to go to; nothing has been changed then
 */
export function planRollback(
  config: Config,
  facts: ReadonlyMap<Remote, Facts>,
  inputs: RollbackInputs,
): DeployPlan {
  const first = furthest(config.app, facts);
  if (first === undefined) throw new TypeError("planRollback() needs the facts of a server");
  const live = trafficOf(first, config.app)?.release;
  const split = [...facts.values()].some((one) => trafficOf(one, config.app)?.release !== live);
  const chosen = chooseRelease(releasesOf(first, config.app), live, { asked: inputs.asked, split });
  const settings = configOf(config, chosen);
  const servers = new Map(
    [...facts].map(([server, known]) => [server, planServer(settings, server, known, chosen.id, inputs)]),
  );
  return keptPlan("rollback", chosen, settings, servers);
}

/** The plan for a release that a server has: it comes with its own configuration and environment. */
export function keptPlan(
  kind: "rollback" | "cutover",
  { id, revision }: Release,
  config: Config,
  servers: DeployPlan["servers"],
): DeployPlan {
  const outcome = { artifacts: new Map(), down: [] };
  return { kind, release: id, config, source: { kind: "kept" }, revision, outcome, ownEnv: {}, servers };
}

/** The facts of the server that serves the newest release: of servers that are split, it came furthest. */
export function furthest(app: string, facts: ReadonlyMap<Remote, Facts>): Facts | undefined {
  const numberOf = (one: Facts) => releaseNumber(trafficOf(one, app)?.release ?? "0");
  return [...facts.values()].sort((a, b) => numberOf(b) - numberOf(a))[0];
}

/** The release that a rollback is to go to is live. */
export class LiveAlready extends UsageError {
  constructor(readonly release: ReleaseId) {
    super(`Cannot roll back to ${release}: it is live`, { hint: '"alcaide releases" lists all' });
  }
}

/**
 * The good release to go to: the one that served before, unless one is named. One that was rolled away from or passed over is
 * chosen only by name, and the live one only when another server serves something else.
 *
 * @throws {AlcaideError} when there is none
 */
export function chooseRelease(
  releases: readonly Release[],
  live: ReleaseId | undefined,
  { asked, split = false }: Pick<RollbackInputs, "asked"> & { split?: boolean } = {},
): Release {
  const good = newestFirst(releases).filter(isGood);
  if (live === undefined) {
    throw new AlcaideError("Cannot roll back: nothing is live", { hint: 'Run "alcaide deploy" first' });
  }
  if (asked !== undefined) return askedFor(good, split ? undefined : live, asked);
  const [found] = servedBefore(releases, live);
  if (found === undefined) {
    throw new AlcaideError(`Cannot roll back: no good release is kept from before ${live}`, {
      hint: good.length > 1
        ? `Name one: ${list(good.filter((r) => r.id !== live).map((r) => r.id), "or")}`
        : "Deploy again",
    });
  }
  return found;
}

function askedFor(good: readonly Release[], live: ReleaseId | undefined, asked: string): Release {
  const found = good.find((r) => r.id === asked || String(releaseNumber(r.id)) === asked);
  if (found === undefined) {
    throw new UsageError(`Cannot roll back to ${asked}: no such good release is kept`, {
      hint: `Kept: ${list(good.map((r) => r.id)) || "none"}`,
    });
  }
  if (found.id === live) {
    throw new LiveAlready(found.id);
  }
  return found;
}

/** The configuration that a release was deployed with; what concerns the whole site stays today's. */
export function configOf(config: Config, { config: deployed, freebsd }: Release): Config {
  const { port, packages, image: { commands } = { commands: [] }, volumes, health, limits = {} } = deployed;
  const { thin = false, assets } = deployed;
  const { start, stopTimeout } = declaredOf(deployed);
  const jail = { ...config.jail, freebsd, port, packages, kind: thin ? "thin" as const : "copied" as const };
  const settings = { image: { packages, commands }, start, volumes, health, stopTimeout, limits, assets };
  return { ...config, ...settings, jail, beforeStart: [], migrate: undefined };
}

function planServer(
  config: Config,
  server: Remote,
  facts: Facts,
  id: ReleaseId,
  inputs: RollbackInputs,
): ServerPlan {
  refuseCanary(config, facts, server.name, "roll back");
  const { app, jail: { freebsd = facts.release } } = config;
  checkServer(config, server, facts, freebsd);
  const allocation = facts.host.apps[app];
  const releases = releasesOf(facts, app);
  const record = releases.find((r) => r.id === id && r.state !== "failed");
  const previous = allocation && findPrevious(config, facts, allocation, server.name);
  if (allocation === undefined || record === undefined || previous === undefined) {
    throw new AlcaideError(`Cannot roll back on ${server.name}: it does not keep ${id}`, {
      hint: "Choose a release that every server keeps, or deploy again",
    });
  }
  const slot = planSlot(config, server, facts, {
    ...{ allocation, previous, release: id, freebsd, now: inputs.now, earlier: record.config.image?.name },
    declared: declaredOf(record.config),
  });
  const { older, passed } = around(releases, previous.release, id);
  const linked = older === undefined ? record : { ...record, previous: older };
  const { rolledBack: _, ...good } = linked;
  return {
    ...slot,
    present: isPresent(facts, id, slot),
    record: { ...withImage(good, slot.image, config), slot: slot.next },
    kept: record,
    ...older === record.previous ? {} : { linked },
    retire: [
      ...toRetire(facts, app, id, previous.release).filter((r) => passed.every(({ id }) => id !== r.id)),
      ...passed.map((r) => ({ ...ended(r) ?? r, rolledBack: true })),
    ],
    ...{ hostFile: undefined, prune: [], unusedImages: [] },
    fence: inputs.fences.get(server) ?? 0,
  };
}

/** Tells whether a slot's jail holds a release, and can start: what it mounts of an image is there. */
function isPresent(
  facts: Facts,
  id: ReleaseId,
  { jail, image }: Pick<ServerPlan, "jail" | "image">,
): boolean {
  const isWhole = jail.layer === undefined || image?.make === undefined;
  return isWhole && facts.jailFiles.get(jail.name) === id && owns(facts, jail);
}

/** Of the releases that served until now, the next older one than the one that comes back, and those that are passed over. */
function around(releases: readonly Release[], live: ReleaseId, to: ReleaseId) {
  const isOlder = (id: ReleaseId) => releaseNumber(id) < releaseNumber(to);
  const before = servedBefore(releases, live);
  const served = [...releases.filter((r) => r.id === live && isGood(r)), ...before];
  return {
    older: [live, ...before.map(({ id }) => id)].find(isOlder),
    passed: served.filter(({ id }) => id !== to && !isOlder(id)),
  };
}
