// upload: sends the artifact and the environment, after the app has its allocation and the release its record.

import { writeEnv } from "../../commands/app/app.ts";
import { adoptBuild } from "../../commands/app/build.ts";
import { endRelease, writeRelease } from "../../commands/journal.ts";
import { fencedStream } from "../../commands/lock.ts";
import { artifactFile } from "../../commands/paths.ts";
import { envOn } from "../../config/sections/servers.ts";
import { secret } from "../../core/secret.ts";
import { script } from "../../core/script.ts";
import type { Command } from "../../core/sh.ts";
import type { DeployPlan } from "../plan/plan.ts";
import { artifactOf, recordOf, writeAllocation } from "../record.ts";
import { act, type DeployStep, explained, onServers, type StepView } from "../step.ts";
import type { Context } from "../../task/context.ts";
import { envText } from "../../commands/jail/variables.ts";

/** Sends the release to every server. */
export const upload: DeployStep = {
  title: "Upload the release",
  run: async (ctx: Context, plan: DeployPlan) => {
    // Read before the servers need it at the same time: it may be large.
    for (const server of plan.servers.keys()) await artifactOf(plan, server);
    await onServers(send)(ctx, plan);
  },
  preview: (view: StepView) => [writeVariables(view), ...adoption(view)],
  undo: onServers(async (view) => {
    await act(view, endRelease(await recordOf(view, "failed")));
  }),
};

/** Writes the environment of the release. */
function writeVariables({ plan: { ownEnv, config }, server, app: { app }, release }: StepView): Command {
  return writeEnv(app, release, secret(envText({ ...ownEnv, ...envOn(config, server.name) })));
}

/** Takes the artifact from a build on the server. */
function adoption({ app: { app }, build, release }: StepView): Command[] {
  return build ? [adoptBuild(app, build.key, release)] : [];
}

async function send(view: StepView): Promise<void> {
  const { ctx, plan: { source }, server, app: { app }, release } = view;
  const building = await recordOf(view, "building");
  const begin = script(writeRelease(building), writeVariables(view), ...adoption(view));
  if (view.build) return await act(view, begin);
  if (source.kind !== "uploaded") return;
  await writeAllocation(view);
  await explained(server, () =>
    server.upload(source.artifact, artifactFile(app, release), {
      signal: ctx.signal,
      mode: 0o600,
      digest: building.artifact,
      before: fencedStream(app, view.fence, begin),
      onProgress: (done, total) => ctx.ui.progress(`Upload to ${server.name}`, done, total),
    }));
}
