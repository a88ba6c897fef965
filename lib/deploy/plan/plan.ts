// The plan of a deploy or a rollback: its types, and the decisions that both share.

import type { AppSpec } from "../../commands/app/app.ts";
import type { BuildJailSpec } from "../../commands/app/build.ts";
import type { JailSpec } from "../../commands/jail/jail.ts";
import { mainName } from "../../commands/caddy/site.ts";
import type { TreeSpec } from "../../commands/jail/tree.ts";
import type { Config } from "../../config/field/types.ts";
import { isServed } from "../../config/sections/processes.ts";
import { type BuiltFact, type Facts, releasesOf } from "../../server/facts.ts";
import type { AppAllocation } from "../../server/host_state.ts";
import type { CanaryWish } from "../../core/canary.ts";
import type { ReleaseProcesses } from "../../core/process.ts";
import {
  declaredOf,
  type Release,
  type ReleaseId,
  releaseNumber,
  type Revision,
} from "../../core/release.ts";
import type { KeptArtifact } from "./kept.ts";
import { isPrepared, type Prepared } from "../../server/prepared.ts";
import { settledTraffic, type Traffic } from "../../server/traffic.ts";
import type { Digest } from "../../remote/local_file.ts";
import type { Remote } from "../../remote/remote.ts";
import type { Secret } from "../../core/secret.ts";
import type { Slot } from "../../core/slot.ts";
import type { ImagePlan } from "./image.ts";
import { appJail } from "./jail.ts";

/** A server's part of a deploy or a rollback, as steps see it. */
export interface ServerView {
  /** The release in its jail. */
  readonly app: AppSpec;
  /** Its jail. */
  readonly jail: JailSpec;
  /** The release that gets the traffic. */
  readonly release: ReleaseId;
  /** The release that has the traffic, and its jail; absent at the first deploy. */
  readonly previous: Previous | undefined;
}

/** A deploy or a rollback, as steps see it. */
export interface PlanView {
  /** The release that gets the traffic. */
  readonly release: ReleaseId;
  /** The part of each server. */
  readonly servers: ReadonlyMap<Remote, ServerView>;
}

/** The plan of one server. */
export interface ServerPlan extends ServerView {
  /** The slot that gets the traffic. */
  readonly next: Slot;
  /** The app's addresses and user id on this server. */
  readonly allocation: AppAllocation;
  /** The text of `host.json` before and with the app's allocation; absent when it is there already. */
  readonly hostFile: { readonly before: string; readonly after: string } | undefined;
  /** The jail's tree. */
  readonly tree: TreeSpec;
  /** The template of the tree. */
  readonly template: TreeSpec;
  /** The image that the tree is made from; absent where that is the template. */
  readonly image?: ImagePlan;
  /** True when the slot's tree holds the release already, from when it was live before. */
  readonly present: boolean;
  /** The release that waits in the slot: this one, or another that is taken back for it. */
  readonly prepared: Prepared | undefined;
  /** True when nothing is in the slot: no jail, no tree. */
  readonly vacant: boolean;
  /** True when the slot's jail runs, which is idle: what was to stop it failed. */
  readonly running: boolean;
  /** The site file, and the one before it. */
  readonly site: SitePlan;
  /** The record of the release, without what is only known later. */
  readonly record: Omit<Release, "state" | "artifact" | "env"> & Partial<Release>;
  /** The record of a release that comes back, as it has to be before it gets the traffic; absent when it is so. */
  readonly linked?: Release;
  /** The record of a release that a rollback goes to, as it is before. */
  readonly kept?: Release;
  /** Another environment for the release than its own; it becomes its own once it is live. */
  readonly env?: Secret;
  /** Records of other releases to write once this one is live. */
  readonly retire: readonly Release[];
  /** Releases that are no longer kept. */
  readonly prune: readonly ReleaseId[];
  /** Images that no release needs any more. */
  readonly unusedImages: readonly TreeSpec[];
  /** A name to ask for on port 80, where the site answers there. */
  readonly publicHost: string | undefined;
  /** Domains that the app answers to until now, and no longer then. */
  readonly dropped: readonly string[];
  /** The newest artifact that the server keeps, where it knows the chunks of it. */
  readonly newest?: KeptArtifact;
  /** The build in a jail of this server, new or kept. */
  readonly build?: BuildPlan;
  /** Number of the lock; scripts act only while it is the highest. */
  readonly fence: number;
}

/** A build in a jail, on one server. */
export interface BuildPlan {
  /** Names what is built: source and configuration. Servers that are alike have the same. */
  readonly key: string;
  /** The kept build of the same source and configuration. */
  readonly built: BuiltFact | undefined;
  /** True when the server has more builds then than it keeps. */
  readonly forgets: boolean;
  /** True when the build jail is made anew, without what it kept. */
  readonly afresh: boolean;
  /** The build jail. */
  readonly jail: BuildJailSpec;
}

/** The release that has the traffic before. */
export interface Previous extends Traffic {
  /** Its jail. */
  readonly jail: JailSpec;
  /** Port that it listens on. */
  readonly port: number;
  /** The processes that it runs. */
  readonly declared: ReleaseProcesses;
}

/** The plan for the site file. */
export interface SitePlan {
  /** Its text; empty where no process of the release gets requests: there is no file then. */
  readonly text: string;
  /** Its text until now; absent when there was none. */
  readonly before: string | undefined;
  /** True when Caddy has to read it: a switch alone needs no reload. */
  readonly apply: boolean;
  /** There when the app shares domains with others, by this text or the one before. */
  readonly shared?: true;
}

/** Where a release comes from: this machine, jails that build it, or the servers, which keep it from before. */
export type ReleaseSource =
  | {
    readonly kind: "uploaded";
    /** Where the tarball is, or will be, on this machine. */
    readonly artifact: string;
  }
  | {
    readonly kind: "built";
    /** Where the packed source will be on this machine. */
    readonly archive: string;
    /** The tree of the repository that it is made of. */
    readonly tree: string;
  }
  | { readonly kind: "kept" };

/** The plan of a deploy or a rollback. */
export interface DeployPlan extends PlanView {
  /** The kind of plan. */
  readonly kind: "deploy" | "rollback" | "cutover";
  /** The configuration that holds for it. */
  readonly config: Config;
  /** Where the release comes from. */
  readonly source: ReleaseSource;
  /** Where the source stands. */
  readonly revision: Revision;
  /** Outcomes of the steps. All else is decided before the first change. */
  readonly outcome: {
    /** Size and checksum of each server's release. */
    readonly artifacts: Map<Remote, Digest>;
    /** Services that did not stay up after the switch, in words. */
    readonly down: string[];
  };
  /** Variables of this release alone, which its environment has beside the configured ones. */
  readonly ownEnv: Readonly<Record<string, string | Secret>>;
  /** The plan of each server. */
  readonly servers: ReadonlyMap<Remote, ServerPlan>;
  /** How the traffic moves. Default: at once, on all servers, as soon as the release is well. */
  readonly switching?: Switching;
}

/** How the traffic moves to a release. */
export interface Switching {
  /** The servers that switch together, in order; more than one. */
  readonly stages?: readonly (readonly Remote[])[];
  /** Milliseconds between stages. Without it a person is asked, where there is one. */
  readonly pause?: number;
  /** When; everything before is done at once. */
  readonly at?: Date;
  /** True when it moves only by a cutover. */
  readonly later?: boolean;
  /** The visitors that the release gets until then. */
  readonly canary?: CanaryWish;
}

/** Inputs of a plan besides configuration and facts. */
export interface PlanInputs {
  /** `user@machine`. */
  readonly by: string;
  /** Now, ISO 8601, UTC. */
  readonly now: string;
  /** Numbers of the locks; 0 where none is held, for a plan that is only shown. */
  readonly fences: ReadonlyMap<Remote, number>;
}

/**
 * The release that has the traffic, and its jail.
 *
 * @throws {AlcaideError} when Caddy contradicts the marker on disk
 */
export function findPrevious(
  config: Config,
  facts: Facts,
  allocation: AppAllocation,
  server: string,
): Previous | undefined {
  const traffic = settledTraffic(facts, config.app, `work on ${server}`);
  if (traffic === undefined) return undefined;
  const deployed = traffic.record?.config;
  const { volumes = config.volumes, limits = {} } = deployed ?? {};
  const declared = declaredOf(deployed);
  return {
    ...traffic,
    declared,
    jail: appJail({ ...config, volumes, limits }, declared, allocation, traffic),
    port: deployed?.port ?? config.jail.port,
  };
}

/**
 * Records of other releases that will say something else than what is: they lose the traffic, or their deploy was cut off.
 *
 * @param previous the release that has the traffic until then, whatever its record says
 */
export function toRetire(facts: Facts, app: string, release: ReleaseId, previous?: ReleaseId): Release[] {
  return releasesOf(facts, app).filter((r) => r.id !== release)
    .map((r) => ended(r.id === previous && r.state !== "retired" ? { ...r, state: "live" } : r))
    .filter((r) => r !== undefined);
}

/**
 * The record of a release without traffic, as it should be; undefined when it is so.
 *
 * @param live the release that has the traffic: a newer one has lost it by a rollback
 */
export function ended(release: Release, live?: ReleaseId): Release | undefined {
  const isNewer = live !== undefined && releaseNumber(release.id) > releaseNumber(live);
  if (release.state === "live") {
    return { ...release, state: "retired", ...isNewer ? { rolledBack: true } : {} };
  }
  const isUnderWay = release.state === "building" || release.state === "ready";
  const reason = isPrepared(release) ? "it was taken back before it went live" : "its deploy was cut off";
  return isUnderWay ? { ...release, state: "failed", reason } : undefined;
}

/** For messages: where an app answers; servers of one domain share it. */
export function publicUrls(config: Config, all: readonly Remote[]): string {
  const servers = all.filter(({ name }) => isServed(config, name));
  const scheme = config.tls.kind === "off" ? "http" : "https";
  const urls = servers.map((server) => `${scheme}://${mainName(config.domains) ?? server.target.host}/`);
  return [...new Set(urls)].join(", ");
}
