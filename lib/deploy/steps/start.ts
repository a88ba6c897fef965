// start: what has to be done before every start, and the start.

import { hasWeb } from "../../core/process.ts";
import { type AppSpec, asApp, startApp } from "../../commands/app/app.ts";
import { enableProcesses, servicesOf, startServices } from "../../commands/app/processes.ts";
import { whileFence } from "../../commands/lock.ts";
import { CommandError, type Exit } from "../../core/error.ts";
import { script } from "../../core/script.ts";
import { raw, type Script } from "../../core/sh.ts";
import { explainStep } from "../../hints/step.ts";
import { scriptStep } from "../join_scripts.ts";
import type { DeployStep, StepView } from "../step.ts";

/** Starts the release, once it is migrated. */
export const start: DeployStep = scriptStep({
  title: "Start the app",
  script: ({ ctx, plan, server, app, fence }: StepView) => [
    ...plan.config.beforeStart.map((text) => ({
      script: whileFence(app.app, fence, asApp(app, raw(text))),
      onLine: (line: string) => ctx.ui.line(server.name, line),
      explain: (exit: Exit) =>
        explainStep(
          server.name,
          new CommandError(server.name, text, exit, { hint: `It is "${text}" of beforeStart` }),
        ),
    })),
    ...starting(app).map((script) => ({ script })),
  ],
});

/** Starts all that runs before the switch: the web process, and others that ask for it. */
export function starting(app: AppSpec): Script[] {
  const before = (app.processes ?? []).filter(({ startBefore }) => startBefore);
  return [
    ...hasWeb(app) ? [startApp(app)] : [],
    ...before.length === 0
      ? []
      : [script(enableProcesses(app.jail, before), startServices(app.jail, before.flatMap(servicesOf)))],
  ];
}
