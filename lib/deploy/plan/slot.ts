// The slot, jail and site of a release on a server: a deploy and a rollback decide them alike.

import { accessoryHosts } from "../../server/accessories.ts";
import { mainName, siteText } from "../../commands/caddy/site.ts";
import { isShared, sharedAddresses } from "../../commands/caddy/shared.ts";
import { templateTree } from "../../commands/jail/template.ts";
import { treeOf } from "../../commands/jail/tree.ts";
import { hasWeb, type ReleaseProcesses } from "../../core/process.ts";
import type { Config } from "../../config/field/types.ts";
import type { Facts } from "../../server/facts.ts";
import { preparedOf } from "../../server/prepared.ts";
import { templateFor } from "../../server/patches.ts";
import { droppedDomains } from "../../server/project.ts";
import type { Remote } from "../../remote/remote.ts";
import { otherSlot, type Slot } from "../../core/slot.ts";
import { type ImageWish, planImage } from "./image.ts";
import { appJail, mountedBase, mountedLayer } from "./jail.ts";
import type { ServerPlan, SitePlan } from "./plan.ts";

/** Decisions about a server before its plan is made; its jail is made from that version of FreeBSD. */
type Chosen =
  & Pick<ServerPlan, "allocation" | "previous" | "release">
  & Omit<ImageWish, "jail" | "template">
  & {
    readonly freebsd: string;
    readonly declared: ReleaseProcesses;
  };

/** The part of a server's plan that follows from it. */
export function planSlot(config: Config, server: Remote, facts: Facts, chosen: Chosen) {
  const { app, image: { packages }, jail: { port, basePath }, tls, domains } = config;
  const { allocation, previous, release, freebsd, declared, declared: { start, stopTimeout, processes } } =
    chosen;
  const next = otherSlot(previous?.slot);
  const bare = {
    ...appJail(config, declared, allocation, { slot: next, release }),
    ...mountedBase(config.jail, facts, freebsd),
  };
  const hosts = accessoryHosts(config, server.name, facts);
  const assets = hasWeb(declared) ? config.assets : undefined;
  const { dataset, templates } = facts;
  const template = templateTree({ basePath, freebsd: templateFor(freebsd, templates), dataset });
  const image = planImage(config, facts, { ...chosen, jail: bare, template });
  const jail = { ...bare, ...mountedLayer(bare, image?.tree) };
  const running = facts.jails.some(({ name }) => name === jail.name);
  return {
    next,
    jail,
    release,
    previous,
    allocation,
    prepared: preparedOf(config, facts),
    vacant: !facts.trees.has(jail.path) && !facts.jailFiles.has(jail.name) && !running,
    running,
    app: {
      ...{ app, release, jail, port, packages, uid: allocation.uid, start, hosts },
      ...processes.length === 0 ? {} : { stopTimeout, processes },
      ...assets === undefined ? {} : { assets },
    },
    tree: treeOf(jail, facts),
    template,
    ...image === undefined ? {} : { image },
    site: planSite(config, facts, { allocation, next, previous, declared }),
    publicHost: tls.kind === "off" && hasWeb(declared) ? mainName(domains) ?? server.target.host : undefined,
    dropped: droppedDomains(config, facts),
  } satisfies Partial<ServerPlan>;
}

/** The part of a site file that follows from the configuration and the version of Caddy alone. */
export function siteSettings(
  { app, domains, redirects, tls, drain, proxy, paths, stripPrefix }: Config,
  { caddy: { version } }: Facts,
) {
  const sockets = drain.sockets !== drain.requests;
  return { app, domains, redirects, tls, proxy, paths, stripPrefix, sockets, caddy: version };
}

/** The site file with the next slot's port; the other slot keeps the port that its release listens on. */
function planSite(
  config: Config,
  facts: Facts,
  { allocation, next, previous, declared }:
    & Pick<ServerPlan, "allocation" | "next" | "previous">
    & Pick<Chosen, "declared">,
): SitePlan {
  const { app, jail: { port } } = config;
  const upstream = (slot: Slot) => `${allocation[slot]}:${slot === next ? port : previous?.port ?? port}`;
  const [blue, green] = [upstream("blue"), upstream("green")];
  const before = facts.sites.get(app);
  if (!hasWeb(declared)) return { text: "", before, apply: before !== undefined };
  const text = siteText({
    ...siteSettings(config, facts),
    ...{ blue, green, token: allocation.token },
    log: config.guard !== undefined,
    assets: config.assets?.path,
  });
  const shared = [text, before ?? ""].some((one) => sharedAddresses(one).length > 0);
  // A file that Caddy doesn't go by yet has to be read, too: a deploy was cut off in between.
  const apply = text !== before || previous?.saidBy !== "caddy" || !isShared(app, text, facts.shared);
  return { text, before, apply, ...shared ? { shared } : {} };
}
