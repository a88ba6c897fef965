/**
 * verify: asks through Caddy until it is the new release that answers; then that is written down.
 *
 * @module
 */

import { writeEnv } from "../../commands/app/app.ts";
import { verifySite } from "../../commands/caddy/caddyfile.ts";
import { writeRelease } from "../../commands/journal.ts";
import { inShell, script } from "../../core/script.ts";
import { explainVerify } from "../../hints/check.ts";
import type { Part } from "../../task/step.ts";
import { warnOfTls } from "../certificates.ts";
import { record } from "../record.ts";
import { type DeployStep, type DeployView, scriptStep } from "../step.ts";

/** Proves that visitors get the release. From here on nothing is taken back. */
export const verify: DeployStep = scriptStep({
  title: "Verify through Caddy",
  barrier: true,
  commit: true,
  script: ask,
  after: ({ ctx, plan, server }) => warnOfTls(ctx, plan.config, server),
});

async function ask({ plan, server, target }: DeployView): Promise<Part[]> {
  const { app, release } = target.app;
  const { next: slot, publicHost } = target;
  const through = { app, token: target.place.token, path: plan.config.health.path, publicHost };
  return [{
    script: script(
      inShell(verifySite(through, { slot, release })),
      ...plan.env ? [writeEnv(app, release, plan.env)] : [],
      writeRelease(await record(plan, target, "live")),
    ),
    timeout: 180_000,
    explain: (exit) => explainVerify(server.name, exit, { release, publicHost }),
  }];
}
