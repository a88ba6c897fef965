// The plan of a cutover: the traffic for a release that was prepared.

import type { Config } from "../../config/field/types.ts";
import { AlcaideError } from "../../core/error.ts";
import { declaredOf } from "../../core/release.ts";
import type { Remote } from "../../remote/remote.ts";
import type { Facts } from "../../server/facts.ts";
import { canaryOf, refuseCanary } from "../../server/canary.ts";
import { type Prepared, preparedOf } from "../../server/prepared.ts";
import { checkServer } from "./checks.ts";
import { toForget } from "./deploy.ts";
import { type DeployPlan, findPrevious, type PlanInputs, type ServerPlan, toRetire } from "./plan.ts";
import { configOf, keptPlan } from "./rollback.ts";
import { planSlot } from "./slot.ts";

/** Inputs of a cutover's plan besides configuration and facts. */
export interface CutoverInputs extends PlanInputs {
  /** True when a canary gets all visitors, or more; without it there may be none. */
  readonly canary?: boolean;
}

/**
 * Decides what a cutover will do: nothing is built or made, the release has its own configuration and environment.
 *
 * @throws {AlcaideError} when not all servers have the same release prepared; nothing has been changed then
 */
export function planCutover(
  config: Config,
  facts: ReadonlyMap<Remote, Facts>,
  inputs: CutoverInputs,
): DeployPlan {
  if (inputs.canary && ![...facts.values()].some((known) => canaryOf(config, known))) {
    throw new AlcaideError("Cannot promote: there is no canary", {
      hint:
        '"alcaide deploy --canary 10" makes one; "alcaide cutover" goes to a release that is only prepared',
    });
  }
  const chosen = choosePrepared(config, facts);
  const settings = configOf(config, chosen);
  const servers = new Map(
    [...facts].map(([server, known]) => [server, planServer(settings, server, known, inputs)]),
  );
  return keptPlan("cutover", chosen, settings, servers);
}

function choosePrepared(config: Config, facts: ReadonlyMap<Remote, Facts>): Prepared {
  const all = [...facts].map(([server, known]) => ({ server, prepared: preparedOf(config, known) }));
  const [first] = all.flatMap(({ prepared }) => prepared ?? []);
  if (first === undefined) {
    throw new AlcaideError("Cannot cut over: nothing is prepared", {
      hint: 'Run "alcaide deploy --prepare" first. If a cutover was cut off, "alcaide repair" finishes it',
    });
  }
  if (all.every(({ prepared }) => prepared?.id === first.id)) return first;
  throw new AlcaideError("Cannot cut over: not all servers have the same release prepared", {
    details: all.map(({ server, prepared }) => `${server.name}: ${prepared?.id ?? "nothing"}`),
    hint: 'Run "alcaide deploy --prepare" again, or take it back with "alcaide cutover --drop"',
  });
}

function planServer(config: Config, server: Remote, facts: Facts, inputs: CutoverInputs): ServerPlan {
  if (!inputs.canary) refuseCanary(config, facts, server.name, "cut over");
  const { app } = config;
  const record = preparedOf(config, facts);
  const allocation = facts.host.apps[app];
  if (record === undefined || allocation === undefined) {
    throw new AlcaideError(`Cannot cut over on ${server.name}: host.json there does not know ${app}`, {
      hint: 'Run "alcaide deploy", which gives it new addresses',
    });
  }
  checkServer(config, server, facts, record.freebsd);
  const previous = findPrevious(config, facts, allocation, server.name);
  const { id: release, freebsd, previous: _, ...rest } = record;
  const slot = planSlot(config, server, facts, {
    ...{ allocation, previous, release, freebsd, now: inputs.now, earlier: record.config.image?.name },
    declared: declaredOf(record.config),
  });
  return {
    ...slot,
    hostFile: undefined,
    present: true,
    record: {
      ...{ ...rest, id: release, freebsd },
      ...previous === undefined ? {} : { previous: previous.release },
    },
    linked: record,
    retire: toRetire(facts, app, release, previous?.release),
    ...toForget(config, facts, slot),
    fence: inputs.fences.get(server) ?? 0,
  };
}
