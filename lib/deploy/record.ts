// The app's allocation, and the release's record for the journal, as a deploy writes them down on a server.

import { envOn } from "../config/sections/servers.ts";
import { writeHostFile } from "../commands/journal.ts";
import { envFingerprint } from "../core/fingerprint.ts";
import type { Release, ReleaseState } from "../core/release.ts";
import { type Digest, digestFile } from "../remote/local_file.ts";
import type { Remote } from "../remote/remote.ts";
import type { DeployPlan } from "./plan/plan.ts";
import { act, type StepView } from "./step.ts";

/** The inputs of a record. */
type Recorded = Pick<StepView, "plan" | "server" | "record" | "allocation">;

/** The record of a plan's release on a server, as it is from now on. */
export async function recordOf(
  { plan, server, record: before, allocation }: Recorded,
  state: ReleaseState,
): Promise<Release> {
  const live = state === "live" ? { liveAt: new Date().toISOString() } : {};
  const { guarded: _, prepared: __, ...record } = before;
  const { artifact, env } = record;
  if (artifact && env !== undefined) return { ...record, artifact, env, state, ...live };
  // A build that failed left no artifact to describe.
  const made = await artifactOf(plan, server) ?? { size: 0, sha256: "" };
  const fingerprint = await envFingerprint(envOn(plan.config, server.name), allocation.token);
  return { ...record, artifact: made, env: fingerprint, state, ...live };
}

/** Size and checksum of a server's artifact. One to upload is read once for all servers, since all get the same. */
export async function artifactOf(plan: DeployPlan, server: Remote): Promise<Digest | undefined> {
  const { source, outcome: { artifacts }, servers } = plan;
  if (!artifacts.has(server) && source.kind === "uploaded") {
    const digest = await digestFile(source.artifact).catch(() => undefined);
    if (digest) { for (const one of servers.keys()) artifacts.set(one, digest); }
  }
  return artifacts.get(server);
}

/** Writes down the addresses and user ids of the app on the server, when they are new. */
export async function writeAllocation(view: StepView): Promise<void> {
  if (view.hostFile === undefined) return;
  await act(view, writeHostFile(view.hostFile.before, view.hostFile.after), {
    hint: "Another app got its addresses on this server at the same moment: run the deploy again",
  });
}
