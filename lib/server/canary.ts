// The release that has a share of the visitors beside the live one.

import { canaryIn, type SiteCanary } from "../commands/caddy/canary.ts";
import { jailName } from "../commands/paths.ts";
import type { Config } from "../config/field/types.ts";
import { shareText } from "../core/canary.ts";
import { AlcaideError } from "../core/error.ts";
import { plural } from "../core/text.ts";
import { type Facts, runs } from "./facts.ts";
import { preparedOf } from "./prepared.ts";
import { rows } from "./rows.ts";
import { trafficOf } from "./traffic.ts";

/** A prepared release that has a share of the visitors. */
export interface Canary extends SiteCanary {
  /** When it was well, and got them: ISO 8601, UTC. */
  readonly since: string;
}

/** The canary of an app on a server: the site file sends visitors to it, and it is prepared. */
export function canaryOf(config: Config, facts: Facts): Canary | undefined {
  const found = canaryIn(facts.sites.get(config.app));
  const prepared = preparedOf(config, facts);
  if (found === undefined || prepared?.id !== found.release) return undefined;
  return { ...found, since: prepared.prepared };
}

/** A canary is in the way of other work. */
export class CanaryError extends AlcaideError {}

/**
 * Refuses work that would touch a canary.
 *
 * @param what the work, as in "deploy"
 * @throws {CanaryError} where there is one
 */
export function refuseCanary(config: Config, facts: Facts, server: string, what: string): void {
  const found = canaryOf(config, facts);
  if (found === undefined) return;
  const { release, share } = found;
  throw new CanaryError(`Cannot ${what}: ${release} is a canary on ${server}, with ${shareText(share)}`, {
    hint: 'End the canary first: "alcaide promote" gives it all visitors, "alcaide abort" takes it back',
  });
}

/** How often a release answered. */
export interface AnswerCounts {
  /** All of them. */
  readonly answers: number;
  /** Those with status 500 and above. */
  readonly errors: number;
}

/** A canary as `status` shows it. */
export interface CanaryStatus extends AnswerCounts {
  /** The release. */
  readonly release: string;
  /** Since when: ISO 8601, UTC. */
  readonly since: string;
  /** True while its jail runs: at boot it is not started. */
  readonly running: boolean;
  /** Percent of the visitors; null where a cookie decides. */
  readonly percent: number | null;
  /** The cookie of its visitors; null where percent decide. */
  readonly cookie: string | null;
  /** The live release's answers in that time. */
  readonly live: AnswerCounts;
}

/** The status of a canary, by the answers that `countAnswers()` printed. */
export function canaryStatus(
  config: Config,
  facts: Facts,
  { release, slot, share, since }: Canary,
  counted: string,
): CanaryStatus {
  const place = facts.host.apps[config.app];
  const countOf = (ip4: string | undefined) => {
    const [, answers, errors] =
      rows(counted).map((row) => row.split(" ")).find(([from]) => from?.startsWith(`${ip4}:`)) ?? [];
    return { answers: Number(answers ?? 0), errors: Number(errors ?? 0) };
  };
  const live = trafficOf(facts, config.app)?.slot;
  return {
    ...{ release, since, running: runs(facts, jailName(config.app, slot)) },
    percent: "percent" in share ? share.percent : null,
    cookie: "cookie" in share ? share.cookie : null,
    ...countOf(place?.[slot]),
    live: countOf(live && place?.[live]),
  };
}

/** A canary for people. */
export function canaryRows(canary: CanaryStatus | null, live: string | null): string[] {
  if (canary === null) return [];
  const { release, since, percent, cookie } = canary;
  const share = shareText(cookie === null ? { percent: percent ?? 0 } : { cookie });
  return [
    `  canary: ${release} has ${share} since ${since}: ${countText(canary)}; ${live}: ${
      countText(canary.live)
    }`,
    '  then: "alcaide promote" gives it all visitors, "alcaide abort" takes it back',
  ];
}

function countText({ answers, errors }: AnswerCounts): string {
  const share = answers === 0 ? "" : ` (${(100 * errors / answers).toFixed(1)}%)`;
  return `${plural(errors, "error")} of ${plural(answers, "answer")}${share}`;
}
