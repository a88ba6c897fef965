/**
 * Where a release goes on a server, and how it is reached there: what a deploy and a rollback decide alike.
 *
 * @module
 */

import { accessoryHosts } from "../../server/accessories.ts";
import { mainName, type SiteSpec, siteText } from "../../commands/caddy/site.ts";
import { templateTree } from "../../commands/jail/template.ts";
import type { Config } from "../../config/types.ts";
import type { Facts } from "../../server/facts.ts";
import type { AppAllocation } from "../../server/host_state.ts";
import { droppedDomains } from "../../server/project.ts";
import type { ReleaseId } from "../../core/release.ts";
import type { Remote } from "../../remote/remote.ts";
import { otherSlot, type Slot } from "../../core/slot.ts";
import { appJail, type Previous, type ServerPlan, type SitePlan, slotTree } from "./plan.ts";

/** Decisions about a server before its plan is made. */
export interface Chosen {
  readonly allocation: AppAllocation;
  readonly previous: Previous | undefined;
  /** The release that gets the traffic. */
  readonly release: ReleaseId;
  /** The version of FreeBSD that its jail is made from. */
  readonly freebsd: string;
}

/** The part of a server's plan that follows from it. */
export function planSlot(config: Config, server: Remote, facts: Facts, chosen: Chosen) {
  const { app, jail: { port, packages, basePath } } = config;
  const { allocation, previous, release, freebsd } = chosen;
  const next = otherSlot(previous?.slot);
  const jail = appJail(config, allocation, { slot: next, release });
  return {
    next,
    jail,
    release,
    previous,
    allocation,
    vacant: !facts.trees.has(jail.path) && !facts.jailFiles.has(jail.name) &&
      !facts.jails.some(({ name }) => name === jail.name),
    app: {
      ...{ app, release, jail, port, packages },
      uid: allocation.uid,
      start: config.start,
      hosts: accessoryHosts(config, server.name, facts),
    },
    tree: slotTree(facts, jail),
    template: templateTree({ basePath, freebsd, dataset: facts.dataset }),
    site: planSite(config, facts, { allocation, next, previous }),
    publicHost: publicHost(config, server),
    dropped: droppedDomains(config, facts),
  } satisfies Partial<ServerPlan>;
}

/** The site file with the next slot's port; the other slot keeps the port that its release listens on. */
function planSite(
  config: Config,
  facts: Facts,
  { allocation, next, previous }: Pick<ServerPlan, "allocation" | "next" | "previous">,
): SitePlan {
  const upstream = (slot: Slot) =>
    `${allocation[slot]}:${slot === next ? config.jail.port : previous?.port ?? config.jail.port}`;
  const spec: SiteSpec = {
    app: config.app,
    blue: upstream("blue"),
    green: upstream("green"),
    domains: config.domains,
    redirects: config.redirects,
    tls: config.tls,
    token: allocation.token,
    caddy: facts.caddy.version,
  };
  const text = siteText(spec);
  const before = facts.sites.get(config.app);
  // A file that Caddy doesn't go by yet has to be read, too: a deploy was cut off in between.
  return { text, before, apply: text !== before || previous?.saidBy !== "caddy" };
}

/** A name to ask for on port 80 where the site answers there. */
function publicHost(config: Config, server: Remote): string | undefined {
  return config.tls.kind === "off" ? mainName(config.domains) ?? server.target.host : undefined;
}
