/**
 * The release's record for the journal.
 *
 * @module
 */

import { envFingerprint } from "../core/fingerprint.ts";
import type { Release, ReleaseState } from "../core/release.ts";
import { type Digest, digestFile } from "../remote/local_file.ts";
import type { DeployPlan, ServerPlan } from "./plan/plan.ts";

/** The record of a plan's release on a server, as it is from now on. */
export async function record(plan: DeployPlan, target: ServerPlan, state: ReleaseState): Promise<Release> {
  const live = state === "live" ? { liveAt: new Date().toISOString() } : {};
  const { artifact, env } = target.record;
  if (artifact && env !== undefined) return { ...target.record, artifact, env, state, ...live };
  // A build that failed left no artifact to describe.
  const made = await artifactOf(plan, target) ?? { size: 0, sha256: "" };
  const fingerprint = await envFingerprint(plan.config.env, target.place.token);
  return { ...target.record, artifact: made, env: fingerprint, state, ...live };
}

/** Size and checksum of a server's artifact. One to upload is read once for all servers, since all get the same. */
export async function artifactOf(plan: DeployPlan, target: ServerPlan): Promise<Digest | undefined> {
  const { source, outcome: { artifacts }, servers } = plan;
  if (!artifacts.has(target) && source.kind === "uploaded") {
    const digest = await digestFile(source.artifact).catch(() => undefined);
    if (digest) { for (const one of servers.values()) artifacts.set(one, digest); }
  }
  return artifacts.get(target);
}
