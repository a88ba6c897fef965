/**
 * Caddy on a server: which release it serves, and how to change that.
 *
 * @module
 */

import { applySite, removeSite, type SiteSpec, siteText } from "./commands/caddy.ts";
import { underHostLock } from "./commands/lock.ts";
import { askLive } from "./commands/probe.ts";
import type { ReleaseId } from "./release.ts";
import type { Remote } from "./remote.ts";

export type { SiteSpec } from "./commands/caddy.ts";

/** Caddy on a server. */
export interface Caddy {
  /** The release that Caddy serves for an app right now, asked of Caddy itself; undefined when none. */
  live(app: string): Promise<ReleaseId | undefined>;
  /** Puts a site in force; when Caddy doesn't take it, nothing changes. */
  apply(site: SiteSpec): Promise<void>;
  /** Takes an app's site out of service. */
  remove(app: string): Promise<void>;
}

/**
 * Caddy on a server, for tasks of one's own.
 *
 * @example
 * ```ts ignore
 * import { caddy, remote } from "alcaide";
 *
 * await using server = remote("root@203.0.113.7");
 * console.log(await caddy(server).live("shop")); // 7-1a2b3c4
 * ```
 */
export function caddy(server: Pick<Remote, "run" | "read">): Caddy {
  return {
    live: async (app) => {
      const row = (await server.read(askLive())).split("\n").find((line) => line.startsWith(`${app} `));
      return row?.split(/\s+/)[1] || undefined;
    },
    apply: async (site) => void await server.run(underHostLock(applySite(site.app, siteText(site)))),
    remove: async (app) => void await server.run(underHostLock(removeSite(app))),
  };
}
