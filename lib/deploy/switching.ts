// How the traffic moves to a release: the options for it.

import { UsageError } from "../core/error.ts";
import type { TaskOption } from "../task/arguments.ts";
import type { Context } from "../task/context.ts";
import { parseTime } from "./app_locks.ts";
import type { Switching } from "./plan/plan.ts";
import { divide } from "./plan/stages.ts";

/** The options of tasks that move the traffic to a new release. */
export const switchOptions = {
  stages: {
    type: "string",
    description: 'Move the traffic in stages, on so many servers after each: "1, 25%, all"',
  },
  pause: { type: "string", description: "Time between stages, instead of a question: 60, 5m" },
} as const satisfies Readonly<Record<string, TaskOption>>;

/** Their values. */
export interface SwitchOptions {
  readonly stages: string | undefined;
  readonly pause: string | undefined;
}

/**
 * Reads them, before anything is touched.
 *
 * @throws {UsageError} when one can't be understood
 */
export function readSwitching(ctx: Context, { stages: text, pause }: SwitchOptions): Switching {
  if (text === undefined) {
    if (pause === undefined) return {};
    throw new UsageError("Cannot use --pause without --stages", { hint: '--stages "1, all" --pause 60' });
  }
  const stages = divide(text, ctx.servers.all);
  const time = pause === undefined ? {} : {
    pause: parseTime(/^\d+$/.test(pause) ? `${pause}s` : pause, `Cannot pause for "${pause}"`, "--pause 60"),
  };
  if (stages.length > 1) return { stages, ...time };
  ctx.ui.info("All servers are in one stage: the traffic moves at once");
  return {};
}
