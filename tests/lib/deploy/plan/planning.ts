// Plans of deploys, and why none is made.

import { assertThrows } from "@std/assert";
import type { UserConfig } from "../../../../lib/config/field/types.ts";
import { AlcaideError } from "../../../../lib/core/error.ts";
import type { Facts } from "../../../../lib/server/facts.ts";
import type { ServerPlan } from "../../../../lib/deploy/plan/plan.ts";
import { config, silentServer } from "../../../fake/facts.ts";
import { planInputs, planOn } from "../../../fake/plan.ts";

export const server = silentServer();

export const inputs = { ...planInputs, fences: new Map([[server, 9]]) };

export function plan(known: Facts, changes: Partial<UserConfig> = {}): ServerPlan {
  return planOn(server, config(changes), known, inputs);
}

export function refusal(known: Facts, changes: Partial<UserConfig> = {}): AlcaideError {
  return assertThrows(() => plan(known, changes), AlcaideError);
}
