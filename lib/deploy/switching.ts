// How the traffic moves to a release: the options for it, and the steps that it adds.

import { parseCanary } from "../core/canary.ts";
import { readDuration } from "../core/duration.ts";
import { UsageError } from "../core/error.ts";
import type { Context } from "../task/context.ts";
import type { DeployPlan, Switching } from "./plan/plan.ts";
import { divide } from "./plan/stages.ts";
import type { Steps } from "./step.ts";
import { parseAt, waitStep } from "./wait.ts";

/** The values of the options about the switch. */
export interface SwitchOptions {
  readonly stages: string | undefined;
  readonly pause: string | undefined;
  readonly at: string | undefined;
  readonly prepare?: boolean;
  readonly canary?: string | undefined;
}

/**
 * Reads them, before anything is touched.
 *
 * @throws {UsageError} when one can't be understood
 */
export function readSwitching(ctx: Context, options: SwitchOptions): Switching {
  const { stages, pause, at, prepare, canary } = options;
  if (prepare || canary !== undefined) return readLater(options);
  const switching = at === undefined ? {} : { at: parseAt(at, new Date()) };
  if (stages !== undefined) return { ...switching, ...readStages(ctx, stages, pause) };
  if (pause === undefined) return switching;
  throw new UsageError("Cannot use --pause without --stages", { hint: '--stages "1, all" --pause 60' });
}

function readLater({ stages, pause, at, prepare, canary }: SwitchOptions): Switching {
  if (prepare && canary !== undefined) {
    throw new UsageError("Cannot use --canary with --prepare", { hint: "Leave one out" });
  }
  if (stages !== undefined || pause !== undefined || at !== undefined) {
    throw new UsageError(`Cannot use ${prepare ? "--prepare" : "--canary"} with --stages, --pause or --at`, {
      hint: prepare
        ? "Give them to the cutover: alcaide cutover --at 02:00"
        : "Leave them out: a canary gets its visitors at once",
    });
  }
  if (canary === undefined) return { later: true };
  return { later: true, canary: parseCanary(canary, `Cannot use --canary "${canary}"`) };
}

function readStages(ctx: Context, text: string, pause: string | undefined): Switching {
  const stages = divide(text, ctx.servers.all);
  const time = pause === undefined ? {} : {
    pause: readDuration(pause, `Cannot pause for "${pause}"`, "--pause 60"),
  };
  if (stages.length > 1) return { stages, ...time };
  ctx.ui.info("All servers are in one stage: the traffic moves at once");
  return {};
}

/** For those who find the lock taken: a deploy that waits for its time may hold it long. */
export function lockName(what: string, { at, later, canary }: Switching): string {
  if (canary) return `${what} --canary`;
  if (later) return `${what} --prepare`;
  return at === undefined ? what : `${what} at ${at.toISOString()}`;
}

/** The steps of a plan: the given ones, and what its switch adds. */
export function stepsOf(steps: Steps, { switching = {} }: DeployPlan): Steps {
  const { at } = switching;
  const { check } = steps;
  if (at === undefined) return steps;
  // The release may have ended meanwhile.
  const more = { wait: waitStep(at), ...check === undefined ? {} : { again: check } };
  return Object.fromEntries(
    Object.entries(steps).flatMap(([name, step]) => [
      ...name === "route" ? Object.entries(more) : [],
      [name, step] as const,
    ]),
  );
}
