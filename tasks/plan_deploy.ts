/**
 * What a deploy will do on each server: decided from the configuration and the facts alone.
 *
 * @module
 */

import { type AppSpec, jailLogDir } from "../lib/commands/app.ts";
import { addresses, parseSite, type SiteSpec, siteText } from "../lib/commands/caddy.ts";
import type { JailSpec } from "../lib/commands/jail.ts";
import { jailName, logDir } from "../lib/commands/paths.ts";
import { templateTree } from "../lib/commands/template.ts";
import type { TreeSpec } from "../lib/commands/tree.ts";
import type { Config } from "../lib/config/types.ts";
import { AlcaideError } from "../lib/error.ts";
import { type Facts, releasesOf } from "../lib/facts.ts";
import { addressOf, allocate, type AppPlace, withPlace } from "../lib/host_state.ts";
import {
  newestFirst,
  nextReleaseId,
  type Release,
  type ReleaseId,
  releaseNumber,
  type Revision,
} from "../lib/release.ts";
import type { Remote } from "../lib/remote.ts";
import { otherSlot, type Slot, slots } from "../lib/slot.ts";
import { targetName } from "../lib/target.ts";
import { bytes } from "../lib/text.ts";
import { jailVersion } from "./plan_setup.ts";

/** What a deploy will do on one server. */
export interface ServerPlan {
  /** The slot being made. */
  readonly next: Slot;
  /** The release that has the traffic, and its jail; absent at the first deploy. */
  readonly previous: Previous | undefined;
  /** The app's addresses and user id on this server. */
  readonly place: AppPlace;
  /** The text of `host.json` before and with the app's place; absent when it is there already. */
  readonly allocation: { readonly before: string; readonly after: string } | undefined;
  /** The release in its jail. */
  readonly app: AppSpec;
  /** The jail's tree. */
  readonly tree: TreeSpec;
  /** What the tree is copied from. */
  readonly template: TreeSpec;
  /** The site file that routes to the new release. */
  readonly site: string;
  /** The record of the new release, without what is only known later. */
  readonly record: Omit<Release, "state" | "artifact" | "env">;
  /** Releases that are no longer kept. */
  readonly prune: readonly ReleaseId[];
  /** A name to ask for on port 80, where the site answers there. */
  readonly publicHost: string | undefined;
  /** Number of the lock; scripts act only while it is the highest. */
  readonly fence: number;
}

/** The release that has the traffic before a deploy. */
export interface Previous {
  /** Where its jail is. */
  readonly slot: Slot;
  /** Its jail. */
  readonly jail: JailSpec;
  /** Its record in the journal. */
  readonly release: Release | undefined;
  /** Its name. */
  readonly id: ReleaseId;
  /** The site file that routes to it. */
  readonly site: string;
  /** True when the file on disk says something else than Caddy does: a deploy was cut off in between. */
  readonly diverged: boolean;
  /** Port that it listens on. */
  readonly port: number;
}

/** What a deploy will do. */
export interface DeployPlan {
  /** The new release's name. */
  readonly release: ReleaseId;
  /** The configuration that it is made from. */
  readonly config: Config;
  /** Where the artifact to upload is, or will be, on this machine. */
  readonly artifact: string;
  /** Where the source stands. */
  readonly revision: Revision;
  /** What happens on each server. */
  readonly servers: ReadonlyMap<Remote, ServerPlan>;
}

/** What a plan needs besides configuration and facts. */
export interface DeployInputs {
  readonly revision: Revision;
  /** `user@machine`. */
  readonly by: string;
  /** Now, ISO 8601, UTC. */
  readonly now: string;
  readonly artifact: string;
  /** A fresh random text, used where an app has no token yet. */
  readonly token: string;
  /** Numbers of the locks; 0 where none is held, for a plan that is only shown. */
  readonly fences: ReadonlyMap<Remote, number>;
}

/** Space that a release needs besides its artifact: its jail. */
const releaseSpace = 400_000_000;

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
  const ids = [...facts.values()].flatMap((f) => releasesOf(f, config.app).map((release) => release.id));
  const release = nextReleaseId(ids, inputs.revision);
  const servers = new Map<Remote, ServerPlan>();
  for (const [server, known] of facts) {
    servers.set(server, planServer(config, server, known, release, inputs));
  }
  return { release, config, artifact: inputs.artifact, revision: inputs.revision, servers };
}

function planServer(
  config: Config,
  server: Remote,
  facts: Facts,
  release: ReleaseId,
  inputs: DeployInputs,
): ServerPlan {
  const freebsd = jailVersion(config, facts);
  refuse(config, server, facts, freebsd);
  const place = allocate(facts.host, config.app, config.jail.subnet, taken(facts), inputs.token);
  const previous = findPrevious(config, facts, place, server.name);
  const next = otherSlot(previous?.slot);
  const jail = appJail(config, place, next);
  const site = siteSpec(config, facts, place, jail, release);
  return {
    next,
    previous,
    place,
    allocation: facts.host.apps[config.app] !== undefined ? undefined : {
      before: facts.hostText,
      after: withPlace(facts.hostText, config.app, place),
    },
    app: {
      app: config.app,
      release,
      jail,
      uid: place.uid,
      start: config.start,
      port: config.jail.port,
      packages: config.jail.packages,
    },
    tree: slotTree(facts, jail),
    template: templateTree({ basePath: config.jail.basePath, freebsd, dataset: facts.dataset }),
    site: siteText(site),
    record: {
      id: release,
      app: config.app,
      slot: next,
      createdAt: inputs.now,
      by: inputs.by,
      revision: inputs.revision,
      freebsd,
      site: siteText(site),
      config: {
        start: config.start,
        port: config.jail.port,
        packages: config.jail.packages,
        volumes: config.volumes,
        health: config.health,
        drain: config.drain,
      },
    },
    prune: toPrune(releasesOf(facts, config.app), config.keep, previous?.id),
    publicHost: config.tls.kind === "off" ? config.domains[0] ?? server.target.host : undefined,
    fence: inputs.fences.get(server) ?? 0,
  };
}

/** The jail of a slot as the configuration wants it. */
export function appJail(
  config: Pick<Config, "app" | "jail" | "volumes">,
  place: AppPlace,
  slot: Slot,
): JailSpec {
  const name = jailName(config.app, slot);
  return {
    name,
    path: `${config.jail.basePath}/${name}`,
    ip4: addressOf(place, slot),
    mounts: [{ host: `${logDir}/${config.app}`, jail: jailLogDir }, ...config.volumes],
  };
}

/** The tree of a jail: a dataset where the base path is one. */
export function slotTree(facts: Facts, jail: Pick<JailSpec, "name" | "path">): TreeSpec {
  return {
    name: jail.name,
    path: jail.path,
    dataset: facts.dataset === undefined ? undefined : `${facts.dataset}/${jail.name}`,
  };
}

/**
 * Which releases a deploy forgets: good ones beyond the number to keep (the new one counts) and failed ones older than
 * those. The live one is never among them.
 */
export function toPrune(
  releases: readonly Release[],
  keep: number,
  live: ReleaseId | undefined,
): ReleaseId[] {
  const good = newestFirst(releases).filter((r) => r.state === "live" || r.state === "retired");
  const kept = good.slice(0, Math.max(1, keep - 1));
  const oldest = Math.min(...kept.map((r) => releaseNumber(r.id)));
  return releases
    .filter((r) => r.id !== live && !kept.includes(r) && releaseNumber(r.id) < oldest)
    .map((r) => r.id);
}

function refuse(config: Config, server: Remote, facts: Facts, freebsd: string): void {
  const fail = (problem: string, hint: string): never => {
    throw new AlcaideError(`Cannot deploy to ${server.name}: ${problem}`, { hint });
  };
  if (!facts.templates.includes(freebsd)) {
    fail(`it has no base system ${freebsd} in ${config.jail.basePath}`, 'Run "alcaide setup" first');
  }
  if (facts.caddy.version === undefined) fail("Caddy is not installed", 'Run "alcaide setup" first');
  if (!facts.caddy.running) {
    fail(
      "Caddy does not run, so nobody can say what is live",
      'Start it with "service caddy start", or run "alcaide setup"',
    );
  }
  if (facts.free < releaseSpace) {
    fail(
      `${config.jail.basePath} has ${bytes(facts.free)} free`,
      `A release needs about ${bytes(releaseSpace)}: make room`,
    );
  }
  refuseForeignJails(config, facts, fail);
  refuseSharedSites(config, facts, fail);
}

/** A jail or directory of our slots' names that isn't ours must not be touched. */
function refuseForeignJails(
  config: Config,
  facts: Facts,
  fail: (problem: string, hint: string) => never,
): void {
  for (const slot of ["blue", "green"] as const) {
    const name = jailName(config.app, slot);
    const path = `${config.jail.basePath}/${name}`;
    const jail = facts.jails.find((j) => j.name === name && !j.dying);
    if (jail && (jail.path !== path || !facts.jailFiles.includes(name))) {
      fail(`a jail ${name} is there that alcaide did not make`, "Rename it, or choose another name for app");
    }
    if (facts.base.includes(name) && facts.trees.get(path) !== name) {
      fail(`${path} is there, and alcaide did not make it`, "Move it away, or choose another name for app");
    }
  }
}

function refuseSharedSites(
  config: Config,
  facts: Facts,
  fail: (problem: string, hint: string) => never,
): void {
  const wanted = new Set(addresses(config));
  for (const [app, text] of facts.sites) {
    const shared = app === config.app ? undefined : parseSite(text)?.addresses.find((a) => wanted.has(a));
    if (shared !== undefined) {
      const what = shared === "http://" ? "every name (it has no domain either)" : shared;
      fail(`the app ${app} answers to ${what}`, "Give each app on a server domains of its own");
    }
  }
}

/** What others have: all addresses that jails or interfaces use, and the apps' places. */
function taken(facts: Facts): { addresses: string[]; uids: number[] } {
  const ours = new Set(Object.values(facts.host.apps).flatMap((place) => [place.blue, place.green]));
  const others = facts.jails.flatMap((jail) => jail.addresses).filter((address) => !ours.has(address));
  return { addresses: others, uids: [] };
}

function siteSpec(
  config: Config,
  facts: Facts,
  place: AppPlace,
  jail: JailSpec,
  release: ReleaseId,
): SiteSpec {
  return {
    app: config.app,
    release,
    jail: jail.name,
    upstream: `${jail.ip4}:${config.jail.port}`,
    domains: config.domains,
    tls: config.tls,
    token: place.token,
    caddy: facts.caddy.version,
  };
}

/**
 * The release that has the traffic is the one that Caddy answers with. The site file on disk and the journal only say
 * where it is.
 */
function findPrevious(config: Config, facts: Facts, place: AppPlace, server: string): Previous | undefined {
  const disk = facts.sites.get(config.app);
  const live = facts.live.get(config.app);
  const header = disk === undefined ? undefined : parseSite(disk);
  if (disk === undefined || header === undefined) return undefined;
  const release = facts.journal.find((r) => r.app === config.app && r.id === (live ?? header.release));
  if (live === undefined && slots.every((slot) => runs(facts, jailName(config.app, slot)))) {
    throw new AlcaideError(
      `Cannot deploy to ${server}: Caddy does not say which release of ${config.app} it serves`,
      {
        hint:
          `Both of its jails run. "service caddy reload" brings the site file in force, which names ${header.release}`,
      },
    );
  }
  if (release === undefined && live !== undefined && live !== header.release) {
    throw new AlcaideError(
      `Cannot deploy to ${server}: Caddy serves ${live}, which the journal does not know`,
      {
        hint: `The site file names ${header.release}. Run "alcaide status" and restore what is missing`,
      },
    );
  }
  const slot: Slot = release?.slot ?? (header.jail.endsWith("_green") ? "green" : "blue");
  const volumes = release?.config.volumes ?? config.volumes;
  return {
    slot,
    id: live ?? header.release,
    release,
    jail: appJail({ app: config.app, jail: config.jail, volumes }, place, slot),
    site: live === undefined || live === header.release ? disk : release?.site ?? disk,
    diverged: live !== header.release,
    port: release?.config.port ?? config.jail.port,
  };
}

function runs(facts: Facts, name: string): boolean {
  return facts.jails.some((jail) => jail.name === name && !jail.dying);
}

/** For messages: where a server's app answers. */
export function publicUrl(config: Config, server: Remote): string {
  const scheme = config.tls.kind === "off" ? "http" : "https";
  return `${scheme}://${config.domains[0] ?? targetName({ host: server.target.host })}/`;
}
