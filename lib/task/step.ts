// Steps: reversible pieces of a plan.

import { demand, isObject } from "../core/kind.ts";
import type { Ui } from "../ui/mod.ts";

/** The context of a step. */
export interface StepContext {
  /** Where it says what it does. */
  readonly ui: Ui;
  /** Ends it early. */
  readonly signal: AbortSignal;
}

/** A reversible piece of a plan. */
export interface Step<Context extends StepContext, Plan> {
  /** An order, such as "Create the jail". */
  readonly title: string;
  /** Why it is needed, where that is not always so. */
  readonly reason?: string;
  /** Does it; twice is as good as once. */
  run(ctx: Context, plan: Plan): Promise<void>;
  /** Takes it back; right also when `run` stopped half-way or never began. */
  undo?(ctx: Context, plan: Plan): Promise<void>;
  /** True when it has nothing to do: it is run all the same, to make sure, but its title isn't said. */
  idle?(ctx: Context, plan: Plan): boolean;
  /** True when it is not even run then, so that it keeps no scripts apart. */
  readonly optional?: boolean;
  /** From the end of the last such step that has something to do nothing is undone: later failures only warn. */
  readonly commit?: boolean;
}

/** Notes when a step has nothing to do, and isn't run. A copy by spread leaves that behind: it may do something else. */
export function leftOutWhen<Context extends StepContext, Plan, Own extends Step<Context, Plan>>(
  step: Own,
  idle: (ctx: Context, plan: Plan) => boolean,
): Own {
  return Object.defineProperty(quietWhen(step, idle), "optional", { value: true });
}

/** Notes when a step is run only to make sure. A copy by spread leaves that behind, too. */
export function quietWhen<Context extends StepContext, Plan, Own extends Step<Context, Plan>>(
  step: Own,
  idle: (ctx: Context, plan: Plan) => boolean,
): Own {
  return Object.defineProperty(step, "idle", { value: idle });
}

/**
 * Looks whether steps are steps, before the first of them runs.
 *
 * @throws {AlcaideError} for one that isn't
 */
export function checkSteps(steps: object, owner: string): void {
  const hint = 'A step is { title: "Warm up", run: async (ctx, plan) => { … } }';
  demand(
    isObject(steps) && (owner === "pipeline" || !Array.isArray(steps)),
    `the steps of ${owner}()`,
    steps,
    hint,
  );
  for (const [name, step] of Object.entries(steps)) {
    demand(isObject(step), `the step "${name}"`, step, hint);
    demand(typeof step["title"] === "string", `title of the step "${name}"`, step["title"], hint);
    const { run, script } = step;
    // A copy of a built-in step has a script in the place of its function.
    demand(typeof (run ?? script) === "function", `run of the step "${name}"`, run, hint);
  }
}
