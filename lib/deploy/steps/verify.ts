// verify: asks through Caddy until it is the new release that answers; then that is written down.

import { hasWeb } from "../../core/process.ts";
import { writeEnv } from "../../commands/app/app.ts";
import { verifySite } from "../../commands/caddy/caddyfile.ts";
import { writeRelease } from "../../commands/journal.ts";
import { inShell, script } from "../../core/script.ts";
import { explainVerify } from "../../hints/check.ts";
import { warnOfTls } from "../certificates.ts";
import { recordOf } from "../record.ts";
import { schedulesAfter } from "../schedules.ts";
import { scriptStep } from "../join_scripts.ts";
import { isGuarded } from "./guard.ts";
import type { DeployStep, Part, StepView } from "../step.ts";

/** Proves that visitors get the release. From here on nothing is taken back, unless it is guarded. */
export const verify: DeployStep = scriptStep({
  title: "Verify through Caddy",
  commit: true,
  script: ask,
  after: async ({ ctx, plan, server, app }: StepView) => {
    if (hasWeb(app)) await warnOfTls(ctx, plan.config, server);
  },
});

async function ask(view: StepView): Promise<Part[]> {
  const { plan, server, env, app: { app, start }, release, next: slot, allocation: { token }, publicHost } =
    view;
  const { health: { path }, paths: [shared] } = plan.config;
  // Caddy names the release with any answer of the app.
  const publicPath = shared?.replace(/\*$/, "");
  const through = { app, token, path, publicHost, publicPath };
  return [{
    script: script(
      ...hasWeb({ start }) ? [inShell(verifySite(through, { slot, release }))] : [],
      ...schedulesAfter(view),
      ...env ? [writeEnv(app, release, env)] : [],
      writeRelease({ ...await recordOf(view, "live"), ...isGuarded(plan) ? { guarded: true } : {} }),
    ),
    timeout: 180_000,
    explain: (exit) => explainVerify(server.name, exit, { release, publicHost }),
  }];
}
