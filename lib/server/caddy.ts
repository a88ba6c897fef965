// Caddy on a server: which release it serves, and how to change that.

import { applySite, removeSite } from "../commands/caddy/caddyfile.ts";
import { type Marker, parseMarker, pauseApp, removeLive, resumeApp, switchLive } from "../commands/live.ts";
import { lockOnLinux, underHostLock } from "../commands/lock.ts";
import { askLive } from "../commands/server/probe.ts";
import { type SiteSpec, siteText } from "../commands/caddy/site.ts";
import type { Remote } from "../remote/remote.ts";
import { demand } from "../core/kind.ts";
import { script } from "../core/script.ts";
import type { Command } from "../core/sh.ts";

export type { Marker } from "../commands/live.ts";
export type { SiteSpec } from "../commands/caddy/site.ts";

/** Caddy on a server. */
export interface Caddy {
  /** What Caddy serves for an app right now, asked of Caddy itself; undefined when nothing. */
  live(app: string): Promise<Marker | undefined>;
  /** Puts a site in force; when Caddy doesn't take it, nothing changes. */
  apply(site: SiteSpec): Promise<void>;
  /** Moves an app's traffic to a slot, from one moment to the next. */
  route(app: string, live: Marker): Promise<void>;
  /** Puts a page with status 503 in place of an app, until {@linkcode Caddy.resume}; deploys and reboots leave it there. */
  pause(app: string, page: string): Promise<void>;
  /** Lets requests reach an app again. */
  resume(app: string): Promise<void>;
  /** Takes an app's site out of service. */
  remove(app: string): Promise<void>;
}

/**
 * Caddy on a server, for your own tasks.
 *
 * @example
 * ```ts ignore
 * import { caddy, remote } from "alcaide";
 *
 * await using server = remote("root@203.0.113.7");
 * console.log(await caddy(server).live("shop")); // { slot: "blue", release: "7-1a2b3c4" }
 * ```
 */
export function caddy(server: Pick<Remote, "run" | "read">): Caddy {
  const read: unknown = (server as typeof server | undefined)?.read;
  demand(typeof read === "function", "the server of caddy()", server, "Write caddy(ctx.servers.first)");
  return {
    live: async (app) => {
      const row = (await server.read(askLive(app))).split("\n").find((line) => line.startsWith(`${app} `));
      return parseMarker(row?.split(/\s+/)[1] ?? "");
    },
    apply: async (site) =>
      void await server.run(
        locked(applySite(site.app, siteText(site), { shared: (site.paths ?? []).length > 0 })),
      ),
    route: async (app, live) => void await server.run(switchLive(app, live)),
    pause: async (app, page) => void await server.run(pauseApp(app, page)),
    resume: async (app) => void await server.run(resumeApp(app)),
    remove: async (app) => void await server.run(locked(script(removeLive(app), removeSite(app)))),
  };
}

/** Not only on FreeBSD: your own tasks deploy elsewhere, too. */
function locked(command: Command): Command {
  return script(lockOnLinux(), underHostLock(command));
}
