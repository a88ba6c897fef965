// site: has Caddy read the release's site with all others, while a refusal costs nothing yet.

import { trySite } from "../../commands/caddy/caddyfile.ts";
import { underHostLock } from "../../commands/lock.ts";
import { type Secret, secret } from "../../core/secret.ts";
import { explainSite } from "../../hints/check.ts";
import { scriptStep } from "../join_scripts.ts";
import type { DeployStep, StepView } from "../step.ts";

/** Looks whether Caddy can read the site file, where it gets another one. Routing looks again, once certificates are there. */
export const site: DeployStep = scriptStep({
  title: "Check the site file",
  script: ({ plan, server, app: { app }, site: { apply, text, shared } }: StepView) =>
    !apply || text === "" ? [] : [{
      script: underHostLock(trySite(app, hidden(text), { shared: shared === true })),
      explain: (exit) => explainSite(server.name, exit, plan.config),
    }],
});

/** The text of a site file; hashes of passwords are shown nowhere. */
export function hidden(text: string): string | Secret {
  return text.includes("$2b$") ? secret(text) : text;
}
