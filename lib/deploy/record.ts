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
  const none = { size: 0, sha256: "" };
  const made = target.build ? plan.built.get(target) ?? none : await digestOf(plan).catch(() => none);
  const fingerprint = await envFingerprint(plan.config.env, target.place.token);
  return { ...target.record, artifact: made, env: fingerprint, state, ...live };
}

const digests = new WeakMap<DeployPlan, Promise<Digest>>();

/** Size and checksum of the artifact, which is read once for all records and servers. */
function digestOf(plan: DeployPlan): Promise<Digest> {
  const known = digests.get(plan);
  if (known) return known;
  const digest = digestFile(plan.artifact);
  digests.set(plan, digest);
  digest.catch(() => digests.delete(plan));
  return digest;
}
