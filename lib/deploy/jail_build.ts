// Releases that are built in a jail on the server.

import {
  acceptBuild,
  buildInJail,
  type BuildSpec,
  makeBuildDirectory,
  makeBuilt,
  removeBuildJail,
  stopBuild,
} from "../commands/app/build.ts";
import { fencedStream } from "../commands/lock.ts";
import { builtFile, sourceFile } from "../commands/paths.ts";
import { AlcaideError, CommandError, messageOf } from "../core/error.ts";
import type { BuiltFact, Facts } from "../server/facts.ts";
import { digestFile } from "../remote/local_file.ts";
import { runDetached } from "../server/detached.ts";
import type { Remote } from "../remote/remote.ts";
import { secret } from "../core/secret.ts";
import { script } from "../core/script.ts";
import { type Command, sh } from "../core/sh.ts";
import { definesModule, packSource, readSource, type Source } from "../remote/source.ts";
import { duration } from "../core/text.ts";
import { explainBuild } from "../hints/build.ts";
import { explainStep } from "../hints/step.ts";
import type { DeployPlan, ReleaseSource } from "./plan/plan.ts";
import { buildKeys, type PlannedSource } from "./plan/build.ts";
import { writeAllocation } from "./record.ts";
import { following, onServers, type StepView, viewsOf } from "./step.ts";
import { isTarball, partsFor } from "./artifact.ts";
import type { Context } from "../task/context.ts";

/** The source of a plan whose release is built in jails. */
type BuiltSource = Extract<ReleaseSource, { kind: "built" }>;

/** Milliseconds that a server may take beside the build itself: for its jail, packages, the result. */
const besides = 30 * 60_000;

const again = "Run the deploy again with --rebuild";

/** The source of a build in a jail, `dirty` with what is not committed; undefined for other builds. */
export async function sourceOf(ctx: Context, dirty: boolean): Promise<Source | undefined> {
  const { build, directory } = ctx.config;
  if (build.kind !== "jail") return undefined;
  const source = await readSource(ctx.local, directory, { dirty });
  await warnOfModule(ctx, source.tree);
  return source;
}

/** Says that a module that the migrations call is nowhere defined. */
export async function warnOfModule(ctx: Context, tree?: string): Promise<void> {
  const { build, directory, migrate } = ctx.config;
  const module = build.kind === "jail" ? build.erlang?.module : undefined;
  if (module === undefined || await definesModule(ctx.local, directory, { module, tree })) return;
  ctx.ui.warn(
    `The source does not define ${module}, which migrate calls: ${migrate}`,
    "mix phx.gen.release writes one; without migrations write phoenix({ migrate: false })",
  );
}

/** The source with the key of each server's build; afresh when nothing of an older build may serve. */
export async function plannedSource(
  ctx: Context,
  source: Source,
  facts: ReadonlyMap<Remote, Facts>,
  afresh: boolean,
): Promise<PlannedSource> {
  return {
    ...source,
    keys: await buildKeys(ctx.config, facts, source.tree),
    afresh,
    cookie: secret(crypto.randomUUID().replaceAll("-", "")),
  };
}

/**
 * Gives every server the release: it is built in a jail of the first server of each kind, unless one of them has it from
 * before, and brought to the others.
 */
export async function buildInJails(ctx: Context, plan: DeployPlan, source: BuiltSource): Promise<void> {
  const { outcome: { artifacts }, config: { directory } } = plan;
  await onServers(writeAllocation)(ctx, plan);
  const views = [...viewsOf(ctx, plan).values()];
  for (const { server, build } of views) if (build?.built) artifacts.set(server, build.built);
  const jobs = jobsOf(views);
  if (jobs.length === 0) ctx.ui.info("Nothing to build: the same source was built before");
  else await packSource(ctx.local, directory, source, source.archive);
  await Promise.all(jobs.map(async (job) => {
    artifacts.set(job.view.server, await buildOn(job, source.archive));
  }));
  await bringAll(ctx, plan, source.archive);
}

/** A build to make on a server. */
type Job = Readonly<{ view: StepView; spec: BuildSpec }>;

/** A build on the first server of each kind of which none has the release. */
function jobsOf(views: readonly StepView[]): Job[] {
  const done = new Set(views.flatMap(({ build }) => build?.built ? [build.key] : []));
  return views.flatMap((view) => {
    const spec = specOf(view);
    if (spec === undefined || done.has(spec.key)) return [];
    done.add(spec.key);
    return [{ view, spec }];
  });
}

/** The script of a build on one server; none where the same was built before. */
export function buildScripts(view: StepView): Command[] {
  const spec = specOf(view);
  return spec === undefined || view.build?.built ? [] : [buildInJail(spec)];
}

function specOf({ plan: { config }, build, fence }: StepView): BuildSpec | undefined {
  if (config.build.kind !== "jail" || build === undefined) return undefined;
  const { commands, result, env, caches, timeout } = config.build;
  const packed = isTarball(result);
  return { ...build.jail, ...{ commands, result, env, caches, timeout, packed }, key: build.key, fence };
}

async function buildOn({ view, spec }: Job, archive: string): Promise<BuiltFact> {
  const { ctx, server } = view;
  const began = Date.now();
  const prepare = [makeBuildDirectory(spec.app), ...view.build?.afresh ? [removeBuildJail(spec)] : []];
  await server.upload(archive, sourceFile(spec.app), {
    signal: ctx.signal,
    mode: 0o600,
    before: streamed(view, script(...prepare)),
    onProgress: (done, total) => ctx.ui.progress(`Source to ${server.name}`, done, total),
  });
  const made = await runBuild({ view, spec });
  // Of one server the step says it.
  const several = ctx.servers.all.length > 1;
  if (several) ctx.ui.info(`${server.name}: built within ${duration(Date.now() - began)}`);
  return made;
}

/** Lets a script change something only while our lock is the newest; its input and output stay its own. */
function streamed({ app, fence }: StepView, command: Command): Command {
  return fencedStream(app.app, fence, command);
}

async function runBuild({ view, spec }: Job): Promise<BuiltFact> {
  const { ctx, server } = view;
  const said: string[] = [];
  const onLine = (line: string, stream: "out" | "err") => {
    if (stream === "err" && /^(failed \d+ \d+|missing|built \d+ [0-9a-f]+)$/.test(line)) return;
    if (stream === "out" && spec.commands.some((text) => line === `+ ${text}`)) said.length = 0;
    else if (said.push(line) > 40) said.shift();
    ctx.ui.line(server.name, line, { folded: true });
  };
  const build = buildInJail(spec);
  const exit = await runDetached(server, { command: build, lock: spec }, {
    ...following(view),
    timeout: spec.timeout + besides,
    onLine,
  }).catch(async (cause) => {
    await endBuild(view, spec);
    throw cause;
  });
  const [, size, sha256] = /^built (\d+) ([0-9a-f]{64})$/m.exec(exit.stderr) ?? [];
  if (exit.code === 0 && size !== undefined && sha256 !== undefined) return { size: Number(size), sha256 };
  throw explainBuild(server.name, spec, exit, said) ??
    explainStep(server.name, new CommandError(server.name, build.shown, exit));
}

/** An interrupted build may still be at work in its jail. The signal that ended it must not end this, too. */
async function endBuild(view: StepView, spec: BuildSpec): Promise<void> {
  try {
    await view.server.run(streamed(view, stopBuild(spec)), { timeout: 60_000 });
  } catch (error) {
    view.ctx.ui.warn(
      `Cannot stop the build jail ${spec.jail.name}: ${messageOf(error)}`,
      "The next build stops it",
    );
  }
}

/** Brings builds to the servers that lack them, through this machine: each is fetched once, from a server that has it. */
async function bringAll(ctx: Context, plan: DeployPlan, archive: string): Promise<void> {
  const { outcome: { artifacts } } = plan;
  const lacking = [...plan.servers].filter(([server]) => !artifacts.has(server));
  for (const [key, some] of Map.groupBy(lacking, ([, { build }]) => build?.key ?? "")) {
    const local = `${archive}.${key}`;
    const made = await fetchBuilt(ctx, plan, key, local);
    const parts = partsFor(some.length);
    await onServers(async (view) => {
      await give(view, key, { local, made, parts });
      artifacts.set(view.server, made);
    })(ctx, { ...plan, servers: new Map(some) });
  }
}

async function fetchBuilt(ctx: Context, plan: DeployPlan, key: string, local: string): Promise<BuiltFact> {
  const { servers, outcome: { artifacts }, config: { app } } = plan;
  const [from] = [...servers].find(([one, { build }]) => build?.key === key && artifacts.has(one)) ?? [];
  const made = from && artifacts.get(from);
  if (from === undefined || made === undefined) {
    throw new AlcaideError("Cannot bring the release to all servers: none has it", { hint: again });
  }
  await from.download(sh`cat ${builtFile(app, key)}`, local, {
    signal: ctx.signal,
    onProgress: (done) => ctx.ui.progress(`Release from ${from.name}`, done, made.size),
  });
  if ((await digestFile(local)).sha256 === made.sha256) return made;
  throw new AlcaideError(`Cannot fetch the release from ${from.name}: its checksum differs`, { hint: again });
}

async function give(
  view: StepView,
  key: string,
  { local, made, parts }: { local: string; made: BuiltFact; parts: number },
): Promise<void> {
  const { ctx, server: to, app: { app } } = view;
  await to.upload(local, builtFile(app, key), {
    signal: ctx.signal,
    mode: 0o600,
    digest: made,
    parts,
    before: streamed(view, makeBuilt(app, key)),
    onProgress: (done, total) => ctx.ui.progress(`Release to ${to.name}`, done, total),
  });
  await to.run(streamed(view, acceptBuild(app, key, made.size, made.sha256)), { signal: ctx.signal });
}
