// Builds of Node.js: an ordinary function that writes out a build in a jail.

import { demandRecord } from "../core/kind.ts";
import type { UserBuildJail, UserJailBuild } from "../config/field/types.ts";

/** How {@linkcode node} builds. */
export interface NodeOptions extends Pick<UserBuildJail, "packages" | "env" | "timeout"> {
  /** Major version of Node.js, as FreeBSD has it in packages. Default: 22. */
  version?: number;
  /** The command that starts the app. Default: `node .`, which runs what `package.json` calls main. */
  start?: string;
  /** Commands in place of `npm ci`, `npm run build` where there is one, and `npm prune`. */
  commands?: string[];
  /** Where the result lies. Default: the whole source with its modules. */
  result?: string;
}

/**
 * An app of Node.js, its modules installed in a jail on the server, so that compiled ones fit.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { node } from "alcaide";
 *
 * assertEquals(node({ start: "node server.js" }).defaults?.packages, ["node22"]);
 * ```
 */
export function node(options: NodeOptions = {}): UserJailBuild {
  demandRecord(options, "node", '{ start: "node server.js" }');
  const { version = 22, start = "node .", result = ".", timeout } = options;
  const commands = ["npm ci", "npm run build --if-present", "npm prune --omit=dev"];
  return {
    jail: {
      packages: [`node${version}`, `npm-node${version}`, ...options.packages ?? []],
      commands: options.commands ?? commands,
      result,
      ...options.env === undefined ? {} : { env: options.env },
      ...timeout === undefined ? {} : { timeout },
    },
    defaults: { start, env: { NODE_ENV: "production" }, packages: [`node${version}`] },
  };
}
