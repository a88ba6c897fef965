// The value of a plan, as `deploy --plan --json` prints it.

import type { PlannedJson } from "../deploy/shown_steps.ts";

/** Reads the value of a plan, by server; an action without a plan has none. */
export function plansOf(value: unknown): readonly PlannedJson[] {
  return Array.isArray(value) ? value : [];
}
