// Runs the steps of a deploy or a rollback, and says when servers were left with different releases.

import type { Config } from "../config/field/types.ts";
import { LeftError, messageOf, SplitError, StepError, takenOver } from "../core/error.ts";
import { survey } from "../server/survey.ts";
import { serves, trafficOf } from "../server/traffic.ts";
import { pipeline } from "../task/pipeline.ts";
import type { Remote } from "../remote/remote.ts";
import type { Steps } from "./step.ts";
import type { DeployPlan } from "./plan/plan.ts";
import { joinScripts } from "./join_scripts.ts";
import { joinStages } from "./stages.ts";
import { stepsOf } from "./switching.ts";
import type { Context } from "../task/context.ts";

/**
 * Runs steps in order; a failure before the commit takes everything back on all servers.
 *
 * @throws {SplitError} when routing could not be taken back everywhere
 */
export async function runSteps(ctx: Context, plan: DeployPlan, given: Steps): Promise<void> {
  const steps = Object.fromEntries(
    Object.entries(stepsOf(given, plan)).filter(([, step]) => !step.optional || !step.idle?.(ctx, plan)),
  );
  try {
    const { stages } = plan.switching ?? {};
    await pipeline(ctx, plan, steps, stages === undefined ? joinScripts : joinStages(steps, stages));
  } catch (error) {
    if (error instanceof LeftError) throw new LeftError(plan.release, error.left, error.cause);
    tellLive(error, plan);
    throw await splitOf(ctx, plan, steps, error) ?? error;
  }
}

/** Once everything is undone, the releases that served before serve on, unless somebody else has taken over. */
function tellLive(error: unknown, { servers }: DeployPlan): void {
  if (!(error instanceof StepError) || error.undoFailures.length > 0 || takenOver(error.cause)) return;
  error.live = [...new Set([...servers.values()].flatMap(({ previous }) => previous?.release ?? []))];
}

async function splitOf(ctx: Context, plan: DeployPlan, steps: Steps, error: unknown) {
  const { all } = ctx.servers;
  if (!(error instanceof StepError) || error.undoFailures.length === 0 || all.length < 2) return undefined;
  const routing = [steps["route"]?.title, steps["verify"]?.title, steps["guard"]?.title];
  if (!routing.includes(error.title)) return undefined;
  const answers = await Promise.all(all.map((server) => askServer(server, plan.config)));
  return new SplitError(`Cannot confirm that all servers serve the same release of ${plan.config.app}`, {
    cause: error,
    details: all.map((server, index) => `${server.name}: ${answers[index]}`),
    hint:
      'When all servers can be reached, "alcaide status" shows them and "alcaide deploy" brings them together',
  });
}

async function askServer(server: Remote, { app, jail: { basePath } }: Config): Promise<string> {
  try {
    return serves(trafficOf(await survey(server, { app, basePath }), app)?.release);
  } catch (error) {
    return `not known: ${messageOf(error)}`;
  }
}
