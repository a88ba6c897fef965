/**
 * upload: sends the artifact and the environment, after the release has its place and its record.
 *
 * @module
 */

import { writeEnv } from "../../commands/app/app.ts";
import { adoptBuild } from "../../commands/app/build.ts";
import { dropFailed, writeRelease } from "../../commands/journal.ts";
import { fencedStream } from "../../commands/lock.ts";
import { artifactFile } from "../../commands/paths.ts";
import { type Secret, secret } from "../../core/secret.ts";
import { script } from "../../core/script.ts";
import { takePlace } from "../allocate.ts";
import type { DeployPlan } from "../plan/plan.ts";
import { artifactOf, record } from "../record.ts";
import { act, type DeployStep, type DeployView, explained, onServers } from "../step.ts";
import { envText } from "../../commands/jail/variables.ts";

/** Sends the release to every server. */
export const upload: DeployStep = {
  title: "Upload the release",
  run: async (ctx, plan) => {
    // Read before the servers need it at the same time: it may be large.
    for (const target of plan.servers.values()) await artifactOf(plan, target);
    await onServers(send)(ctx, plan);
  },
  preview: ({ plan, target: { app: { app }, build, record } }) => {
    const { id } = record;
    const env = writeEnv(app, id, envOf(plan));
    return build ? [env, adoptBuild(app, build.key, id)] : [env];
  },
  undo: onServers(async (view) => {
    const { plan, target } = view;
    const failed = await record(plan, target, "failed");
    await act(view, script(dropFailed(target.app.app, plan.release), writeRelease(failed)));
  }),
};

/** The environment of the release as the text of a file. */
function envOf({ ownEnv, config }: DeployPlan): Secret {
  return secret(envText({ ...ownEnv, ...config.env }));
}

async function send(view: DeployView): Promise<void> {
  const { ctx, plan, server, target } = view;
  const { app } = target.app;
  const building = await record(plan, target, "building");
  const begin = [writeRelease(building), writeEnv(app, plan.release, envOf(plan))];
  if (target.build) {
    return await act(view, script(...begin, adoptBuild(app, target.build.key, plan.release)));
  }
  const { source } = plan;
  if (source.kind !== "uploaded") return;
  await takePlace(view);
  await explained(server, () =>
    server.upload(source.artifact, artifactFile(app, plan.release), {
      signal: ctx.signal,
      mode: 0o600,
      digest: building.artifact,
      before: fencedStream(app, target.fence, script(...begin)),
      onProgress: (done, total) => ctx.ui.progress(`Upload to ${server.name}`, done, total),
    }));
}
