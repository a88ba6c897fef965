// build: makes the artifact: from a directory or tarball that is there, by a command, or in a jail of the server.

import { AlcaideError, CommandError } from "../../core/error.ts";
import { keyVariable } from "../../secrets/key.ts";
import { script } from "../../core/script.ts";
import { type Command, raw, sh } from "../../core/sh.ts";
import { buildInJails, buildScripts } from "../jail_build.ts";
import type { DeployPlan } from "../plan/plan.ts";
import { packDirectory } from "../pack.ts";
import { checkContents } from "../release_contents.ts";
import { quietWhen } from "../../task/step.ts";
import type { DeployStep, StepView } from "../step.ts";
import { tarballEndings } from "../artifact.ts";
import type { Context } from "../../task/context.ts";

/** Makes the release. */
export const build: DeployStep = quietWhen({
  title: "Build the release",
  run: buildArtifact,
  preview: (view: StepView) => {
    const { build, directory } = view.plan.config;
    return build.kind === "command" ? [localBuild(build.command, directory)] : buildScripts(view);
  },
}, isBuilt);

/** True when nothing is left to build: a tarball is uploaded as it is, and what was built in a jail before is there. */
function isBuilt(_ctx: Context, { config: { build }, source, servers }: DeployPlan): boolean {
  if (build.kind === "prebuilt") return source.kind === "uploaded" && source.artifact === build.path;
  return build.kind === "jail" && [...servers.values()].every(({ build }) => build?.built !== undefined);
}

/** Makes the artifact of a plan. */
export async function buildArtifact(ctx: Context, plan: DeployPlan): Promise<void> {
  const { config: { build, directory }, source } = plan;
  if (source.kind === "built") return await buildInJails(ctx, plan, source);
  if (source.kind === "kept" || build.kind === "jail") return;
  if (build.kind === "command") await runBuild(ctx, build.command, directory);
  const stat = await Deno.stat(build.path).catch(() => undefined);
  if (stat === undefined) {
    throw new AlcaideError(`Cannot find the release: ${build.path} does not exist`, {
      hint: build.kind === "command"
        ? "The build command ended well but left nothing there: look at build.result"
        : "Build it first, or look at build.prebuilt",
    });
  }
  const packed = source.artifact === build.path;
  if (!packed && !stat.isDirectory) {
    throw new AlcaideError(`Cannot use ${build.path} as a release: it is neither a directory nor a tarball`, {
      hint: `Tarballs end in ${tarballEndings.join(", ")}`,
    });
  }
  await checkContents(ctx.local, plan.config, { path: build.path, packed });
  if (packed) return;
  await packDirectory(ctx.local, build.path, source.artifact, ctx.signal);
}

/** A build runs much of other people's code, which is no reason to give it the key of all secrets. */
function localBuild(command: string, directory: string): Command {
  return sh`${script(sh`cd ${directory}`)}
unset ${raw(keyVariable)}
${raw(command)}`;
}

async function runBuild(ctx: Context, command: string, directory: string): Promise<void> {
  const onLine = (line: string) => ctx.ui.line("build", line, { folded: true });
  try {
    await ctx.local.run(localBuild(command, directory), { signal: ctx.signal, onLine });
  } catch (cause) {
    if (!(cause instanceof CommandError)) throw cause;
    throw new AlcaideError(`Cannot build the release: "${command}" failed`, {
      cause,
      hint: "Run it by hand in the Alcaidefile's directory",
    });
  }
}
