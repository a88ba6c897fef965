// Sites of files alone: an ordinary function that writes out a build in a jail.

import { demandRecord } from "../core/kind.ts";
import type { UserBuildJail, UserJailBuild } from "../config/field/types.ts";

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
export function staticSite(jail: UserBuildJail): UserJailBuild {
  demandRecord(
    jail,
    "staticSite",
    '{ packages: ["npm-node22"], commands: ["npm ci", "npm run build"], result: "dist" }',
  );
  return {
    jail,
    defaults: { start: "caddy file-server --root /app --listen :$PORT", packages: ["caddy"] },
  };
}
