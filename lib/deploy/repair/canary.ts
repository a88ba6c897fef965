// Disagreements about a canary: the site file sends visitors to a release that can't have them.

import { applySite } from "../../commands/caddy/caddyfile.ts";
import { canaryIn, withoutCanary } from "../../commands/caddy/canary.ts";
import { dismissCanary } from "../../commands/live.ts";
import { underHostLock } from "../../commands/lock.ts";
import { jailName, siteFile } from "../../commands/paths.ts";
import { shareText } from "../../core/canary.ts";
import { script } from "../../core/script.ts";
import { secret } from "../../core/secret.ts";
import { writeFile } from "../../remote/files.ts";
import { canaryOf } from "../../server/canary.ts";
import { runs } from "../../server/facts.ts";
import { type Disagreement, leave, mend, type Scene } from "./row.ts";

/** A canary whose release is not prepared any more goes. One that does not run is left to a person: the live release stands in. */
export function canaryRows({ config, config: { app }, facts, live }: Scene, site: string): Disagreement[] {
  const found = canaryIn(site);
  if (found === undefined) return [];
  const { release, share, slot } = found;
  if (canaryOf(config, facts) === undefined) {
    const text = secret(withoutCanary(site));
    return [
      mend("canary", `the site file of ${app} has the canary ${release}, which is not prepared any more`, {
        title: "Take the canary out of Caddy",
        command: script(
          dismissCanary(app),
          underHostLock(facts.caddy.running ? applySite(app, text) : writeFile(siteFile(app), text)),
        ),
      }),
    ];
  }
  if (runs(facts, jailName(app, slot))) return [];
  return [
    leave(
      "canary",
      `${release} is a canary with ${
        shareText(share)
      }, and its jail does not run: ${live?.release} answers them`,
      '"alcaide promote" starts it again, "alcaide abort" takes it back',
    ),
  ];
}
