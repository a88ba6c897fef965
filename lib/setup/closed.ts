/**
 * Files that only root can read on a server, though jails and Caddy have to.
 *
 * @module
 */

import { openClosed } from "../commands/jail/modes.ts";
import type { Config } from "../config/types.ts";
import type { SetupFacts } from "../server/facts.ts";
import { plural } from "../core/text.ts";
import type { Change } from "../server/change.ts";

/** Opens what was made under a umask of root's own, before our scripts had theirs. */
export function closedChange(config: Config, setup: SetupFacts, advice: string[]): Change | undefined {
  const [first, ...others] = setup.closed;
  if (first === undefined) return undefined;
  const more = others.length === 0 ? "" : ` and ${plural(others.length, "other path")}`;
  if (setup.closed.some((path) => path.startsWith(`${config.jail.basePath}/`))) {
    advice.push(
      'Jails had files that only root could read: "alcaide accessory restart NAME" lets an accessory read its own, and a deploy the app',
    );
  }
  return {
    title: "Let jails and Caddy read what is theirs",
    reason: `only root can read ${first}${more}, which ${
      others.length === 0 ? "was" : "were"
    } made under another umask`,
    command: openClosed(config.jail.basePath),
  };
}
