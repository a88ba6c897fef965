// The plan of a deploy on each server: decided from the configuration and the facts alone.

import type { Config } from "../../config/field/types.ts";
import { configuredServer } from "../../config/sections/select.ts";
import { schedulesOn } from "../../config/sections/schedule.ts";
import { processesOn } from "../../config/sections/processes.ts";
import { type Facts, jailVersion, releasesOf, taken } from "../../server/facts.ts";
import { allocate, extendHost, type Project } from "../../server/host_state.ts";
import { refuse } from "../../server/change.ts";
import { refuseCanary } from "../../server/canary.ts";
import { keptArtifact } from "./kept.ts";
import { newOwner } from "../../server/project.ts";
import { trafficOf } from "../../server/traffic.ts";
import { hasWeb, type ReleaseProcesses } from "../../core/process.ts";
import {
  isGood,
  newestFirst,
  nextReleaseId,
  type Release,
  type ReleaseId,
  releaseNumber,
  type Revision,
  servedBefore,
} from "../../core/release.ts";
import { limitsProblem } from "../../setup/advice.ts";
import type { Remote } from "../../remote/remote.ts";
import { type DeployPlan, findPrevious, type PlanInputs, type ServerPlan, toRetire } from "./plan.ts";
import { checkServer } from "./checks.ts";
import { recordedImage, unusedImages } from "./image.ts";
import { planSlot } from "./slot.ts";
import { erlangEnv, planBuild, type PlannedSource } from "./build.ts";

/** Inputs of a deploy's plan besides configuration and facts. */
export interface DeployInputs extends PlanInputs {
  readonly revision: Revision;
  /** Whose the app is. */
  readonly project: Project;
  /** Where the artifact is, or will be, on this machine; the packed source, where it is built in a jail. */
  readonly artifact: string;
  /** A fresh random text, used where an app has no token yet. */
  readonly token: string;
  /** The source of a build in a jail. */
  readonly source?: PlannedSource;
  /** True when nothing that was made before may serve: no build, no image. */
  readonly afresh?: boolean;
}

/**
 * Decides what a deploy will do.
 *
 * @throws {AlcaideError} when a server isn't ready for it; nothing has been changed then
 */
export function planDeploy(
  config: Config,
  facts: ReadonlyMap<Remote, Facts>,
  inputs: DeployInputs,
): DeployPlan {
  // A power failure may have emptied the record of what is live: its number is taken all the same.
  const ids = [...facts.values()].flatMap((f) => [
    ...releasesOf(f, config.app).map(({ id }) => id),
    trafficOf(f, config.app)?.release ?? "0",
  ]);
  const release = nextReleaseId(ids, inputs.revision);
  const servers = new Map(
    [...facts].map(([server, known]) => [server, planServer(config, server, known, release, inputs)]),
  );
  return {
    kind: "deploy",
    release,
    config,
    source: inputs.source === undefined
      ? { kind: "uploaded", artifact: inputs.artifact }
      : { kind: "built", archive: inputs.artifact, tree: inputs.source.tree },
    revision: inputs.revision,
    outcome: { artifacts: new Map(), down: [] },
    ownEnv: inputs.source === undefined ? {} : erlangEnv(config, release, inputs.source.cookie),
    servers,
  };
}

function planServer(
  config: Config,
  server: Remote,
  facts: Facts,
  release: ReleaseId,
  inputs: DeployInputs,
): ServerPlan {
  refuseCanary(config, facts, server.name, "deploy");
  const freebsd = jailVersion(config, facts);
  checkServer(config, server, facts, freebsd);
  refuse(`use ${server.name}`, [limitsProblem(config, facts)]);
  const { app } = config;
  const declared = processesOn(config, server.name);
  const { allocation, hostText, build } = allocateApp(config, server, facts, inputs);
  const newest = keptArtifact(facts, app);
  const previous = findPrevious(config, facts, allocation, server.name);
  const { now, afresh, by, revision } = inputs;
  const chosen = { allocation, previous, release, freebsd, declared, now, afresh };
  const slot = planSlot(config, server, facts, chosen);
  return {
    ...slot,
    hostFile: hostText === facts.hostText ? undefined : { before: facts.hostText, after: hostText },
    ...build === undefined ? {} : { build },
    ...newest === undefined ? {} : { newest },
    present: false,
    record: {
      ...{ id: release, app, slot: slot.next },
      ...previous === undefined ? {} : { previous: previous.release },
      ...{ createdAt: now, by, revision, freebsd },
      config: takenAlong(config, server, declared, slot),
    },
    retire: toRetire(facts, app, release, previous?.release),
    ...toForget(config, facts, slot),
    fence: inputs.fences.get(server) ?? 0,
  };
}

/** The part of the configuration that the release takes along on a server. */
function takenAlong(
  config: Config,
  server: Remote,
  declared: ReleaseProcesses,
  { jail: { base }, image }: Pick<ServerPlan, "jail" | "image">,
): Release["config"] {
  const { jail: { port }, image: { packages }, volumes, health, limits, assets } = config;
  const { start, stopTimeout, processes } = declared;
  const schedules = schedulesOn(config.schedule, configuredServer(config, server));
  return {
    ...{ start, port, packages, volumes, health, stopTimeout, limits },
    ...schedules.length === 0 ? {} : { schedules },
    ...processes.length === 0 ? {} : { processes },
    ...base === undefined ? {} : { thin: true },
    ...recordedImage(image, config),
    ...assets === undefined || !hasWeb(declared) ? {} : { assets },
  };
}

/** The addresses and user ids of the app and its build on a server, and the text of `host.json` with them. */
function allocateApp(config: Config, server: Remote, facts: Facts, inputs: DeployInputs) {
  const { app, jail: { subnet } } = config;
  const { source, project, token } = inputs;
  const others = taken(facts);
  const allocation = allocate(facts.host, app, subnet, others, token);
  const placed = extendHost(facts.hostText, { apps: { [app]: allocation } });
  const owner = newOwner(config, facts, project);
  const hostText = owner === undefined ? placed : extendHost(placed, { owners: { [app]: owner } });
  const key = source?.keys.get(server) ?? "";
  const build = source && planBuild(config, facts, { key, afresh: source.afresh, hostText, taken: others });
  return { allocation, hostText: build?.hostText ?? hostText, build: build?.plan };
}

/** The releases and images that nobody needs any more once another release is live. */
export function toForget(
  config: Config,
  facts: Facts,
  { previous, image }: Pick<ServerPlan, "previous" | "image">,
): Pick<ServerPlan, "prune" | "unusedImages"> {
  const prune = toPrune(releasesOf(facts, config.app), config.keep.releases, previous?.release);
  return { prune, unusedImages: unusedImages(config, facts, image, prune) };
}

/**
 * The releases that a deploy forgets: those older than the last `keep` that served (the new one counts). Of those that were
 * rolled away from, as many are kept. The live one always is.
 */
export function toPrune(
  releases: readonly Release[],
  keep: number,
  live: ReleaseId | undefined,
): ReleaseId[] {
  const most = Math.max(1, keep - 1);
  const served = [...releases.filter((r) => r.id === live), ...servedBefore(releases, live)];
  const surplus = newestFirst(releases).filter((r) => isGood(r) && !served.includes(r)).slice(most);
  const oldest = Math.min(...served.slice(0, most).map((r) => releaseNumber(r.id)));
  return releases
    .filter((r) => r.id !== live && (releaseNumber(r.id) < oldest || surplus.includes(r)))
    .map((r) => r.id);
}
