/**
 * Sites of files alone: an ordinary function that writes out a build in a jail.
 *
 * @module
 */

import type { UserJailBuild } from "../config/types.ts";
import type { Secret } from "../core/secret.ts";

/** How {@linkcode staticSite} builds. */
export interface StaticSiteOptions {
  /** Where the files lie, from the source. */
  result: string;
  /** Commands that make them. Default: none. */
  commands?: string[];
  /** Packages that the commands need, such as `npm-node22`. */
  packages?: string[];
  /** Directories of the source that are kept from build to build. */
  caches?: string[];
  /** Environment variables of the build. */
  env?: Record<string, string | number | Secret>;
  /** Seconds that the build may take. Default: 1800. */
  timeout?: number;
}

/**
 * A site of files, made in a jail on the server and served from a jail by Caddy.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { staticSite } from "alcaide";
 *
 * const build = staticSite({ packages: ["npm-node22"], commands: ["npm ci", "npm run build"], result: "dist" });
 * assertEquals(build.defaults?.packages, ["caddy"]);
 * ```
 */
export function staticSite(options: StaticSiteOptions): UserJailBuild {
  return {
    jail: options,
    defaults: { start: "caddy file-server --root /app --listen :$PORT", packages: ["caddy"] },
  };
}
