// start: what has to be done before every start, and the start.

import { asApp, startApp } from "../../commands/app/app.ts";
import { whileFence } from "../../commands/lock.ts";
import { raw } from "../../core/sh.ts";
import { scriptStep } from "../join_scripts.ts";
import type { DeployStep, StepView } from "../step.ts";

/** Starts the release, once it is migrated. */
export const start: DeployStep = scriptStep({
  title: "Start the app",
  script: ({ ctx, plan, server, app, fence }: StepView) => [
    ...plan.config.beforeStart.map((text) => ({
      script: whileFence(app.app, fence, asApp(app, raw(text))),
      onLine: (line: string) => ctx.ui.line(server.name, line),
    })),
    { script: startApp(app) },
  ],
});
