// upload: sends the artifact and the environment, after the app has its allocation and the release its record.

import { writeEnv } from "../../commands/app/app.ts";
import { writeChunks } from "../../commands/app/chunks.ts";
import { adoptBuild } from "../../commands/app/build.ts";
import { endRelease, writeRelease } from "../../commands/journal.ts";
import { fencedStream } from "../../commands/lock.ts";
import { artifactFile } from "../../commands/paths.ts";
import { envOn } from "../../config/sections/servers.ts";
import { secret } from "../../core/secret.ts";
import { script } from "../../core/script.ts";
import type { Command } from "../../core/sh.ts";
import { partsFor } from "../artifact.ts";
import type { DeployPlan } from "../plan/plan.ts";
import { type Chunks, chunksOf, sizesFor } from "../../remote/chunks.ts";
import { artifactOf, recordOf, writeAllocation } from "../record.ts";
import { sendChanged } from "../send_changed.ts";
import { act, type DeployStep, explained, onServers, type StepView } from "../step.ts";
import type { Context } from "../../task/context.ts";
import { envText } from "../../commands/jail/variables.ts";

/** Sends the release to every server. */
export const upload: DeployStep = {
  title: "Upload the release",
  run: async (ctx: Context, plan: DeployPlan) => {
    // Read before the servers need it at the same time: it may be large.
    for (const server of plan.servers.keys()) await artifactOf(plan, server);
    const chunks = await chunksToSend(plan);
    await onServers((view) => send(view, chunks))(ctx, plan);
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

/** Bytes of the smallest artifact whose chunks are worth their file. */
const smallest = 1024 * 1024;

/** The chunks of the artifact to upload; none of a small one. */
async function chunksToSend({ source, outcome: { artifacts } }: DeployPlan): Promise<Chunks | undefined> {
  const [{ size } = { size: 0 }] = artifacts.values();
  if (source.kind !== "uploaded" || size < smallest) return undefined;
  return await chunksOf(source.artifact, sizesFor(size));
}

async function send(view: StepView, chunks: Chunks | undefined): Promise<void> {
  const { ctx, plan: { source }, server, app: { app }, release } = view;
  const building = await recordOf(view, "building");
  const { artifact } = building;
  const begin = script(
    writeRelease(building),
    writeVariables(view),
    ...adoption(view),
    ...chunks ? [writeChunks(app, release, artifact.sha256, chunks)] : [],
  );
  if (view.build) return await act(view, begin);
  if (source.kind !== "uploaded") return;
  await writeAllocation(view);
  const options = {
    signal: ctx.signal,
    before: fencedStream(app, view.fence, begin),
    onProgress: (done: number, total: number) => ctx.ui.progress(`Upload to ${server.name}`, done, total),
  };
  const [local, path] = [source.artifact, artifactFile(app, release)];
  const whole = { digest: artifact, mode: 0o600 };
  const { newest: kept } = view;
  if (chunks && kept && await sendChanged(view, { local, path, ...whole, chunks, kept }, options)) return;
  const parts = partsFor(view.plan.servers.size);
  await explained(server, () => server.upload(local, path, { ...options, ...whole, parts }));
}
