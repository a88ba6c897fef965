// drain: lets the old release finish what it has begun to answer.

import { drainApp } from "../../commands/app/check.ts";
import { plural } from "../../core/text.ts";
import { scriptStep } from "../join_scripts.ts";
import type { DeployStep, StepView } from "../step.ts";

/** Waits until the old release has no connections any more, or the limit is over. */
export const drain: DeployStep = scriptStep({
  title: "Let the old release finish its requests",
  script: ({ ctx, plan, server, previous }: StepView) => {
    if (!previous) return [];
    const limit = plan.config.drain;
    const onLine = (line: string) => {
      const left = Number(/^left (\d+)$/.exec(line)?.[1] ?? 0);
      if (left === 0) return;
      const what = plural(left, "connection");
      ctx.ui.warn(`${server.name}: ${what} to the old release still open after ${limit / 1000} s`);
    };
    const script = drainApp(previous.jail, previous.port, limit);
    return [{ script, looks: true, timeout: limit + 60_000, onLine }];
  },
});
