// The part of a plan that gives a share of the visitors to a release.

import { withCanary, withoutCanary } from "../../commands/caddy/canary.ts";
import type { CanaryShare, CanaryWish } from "../../core/canary.ts";
import { AlcaideError, UsageError } from "../../core/error.ts";
import { hasWeb } from "../../core/process.ts";
import type { Remote } from "../../remote/remote.ts";
import type { DeployPlan, ServerPlan } from "./plan.ts";

/** The servers whose release gets requests. */
function webServers({ servers }: Pick<DeployPlan, "servers">): (readonly [Remote, ServerPlan])[] {
  return [...servers].filter(([, { app }]) => hasWeb(app));
}

/** The visitors of a server that a release gets; undefined where it gets none. */
export function shareOn(
  plan: Pick<DeployPlan, "servers">,
  server: Remote,
  wish: CanaryWish,
): CanaryShare | undefined {
  const web = webServers(plan);
  const at = web.findIndex(([one]) => one === server);
  if (at < 0) return undefined;
  if (!("part" in wish)) return wish;
  return at < Math.ceil(web.length * wish.part / wish.of) ? { percent: 100 } : undefined;
}

/** The site file of a server with that share; empty where there is none. */
export function sharedSite(
  { app: { app, jail, port }, previous, next: slot, release, site: { before = "" } }: ServerPlan,
  share: CanaryShare | undefined,
): string {
  if (share === undefined || previous === undefined) return withoutCanary(before);
  const [upstream, live] = [`${jail.ip4}:${port}`, `${previous.jail.ip4}:${previous.port}`];
  return withCanary(before, { app, slot, release, share, upstream, live });
}

/**
 * Refuses a canary that can't be.
 *
 * @throws {AlcaideError} that says why; nothing has been changed then
 */
export function checkCanary(plan: DeployPlan, wish: CanaryWish): void {
  const fail = (problem: string, hint: string): never => {
    throw new AlcaideError(`Cannot start a canary: ${problem}`, { hint });
  };
  const web = webServers(plan);
  if (web.length === 0) fail("no process of the release gets requests", "Deploy it without --canary");
  if ("part" in wish && Math.ceil(web.length * wish.part / wish.of) === web.length) {
    throw new UsageError(`Cannot start a canary: ${wish.part}/${wish.of} of the servers are all of them`, {
      hint: "Give it a part of the visitors instead, such as 10",
    });
  }
  for (const [{ name }, target] of web) {
    const { previous, site: { before } } = target;
    if (previous === undefined || !hasWeb(previous.declared) || before === undefined) {
      return fail(
        `nothing is live on ${name} that could keep the other visitors`,
        "Deploy without --canary first",
      );
    }
    if (/^# shared: /m.test(before)) {
      fail(
        "Caddy can't tell apart whose answers it logs for a domain with paths",
        "Leave out --canary or paths",
      );
    }
    if (/^\t*basic_?auth @/m.test(before)) {
      fail("Caddy logs the user of proxy.basicAuth where it would log the release", "Leave out one of them");
    }
    sharedSite(target, { percent: 1 });
  }
}
