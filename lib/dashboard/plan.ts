// The value of a plan, as `deploy --plan --json` prints it.

import type { PlannedJson } from "../deploy/shown_steps.ts";
import type { WorkJson } from "../task/show_steps.ts";

/** A plan on a server: its steps, and what they do to a release where there is one. */
export type AnyPlan = WorkJson & Partial<PlannedJson>;

/** Reads the value of a plan, by server. */
export function plansOf(value: unknown): readonly AnyPlan[] {
  return Array.isArray(value) ? value : [];
}
