/**
 * Releases that are built in a jail on the server.
 *
 * @module
 */

import {
  acceptBuild,
  buildInJail,
  type BuildSpec,
  makeBuildDirectory,
  makeBuilt,
  removeBuildJail,
  sourceFile,
  stopBuild,
} from "../commands/app/build.ts";
import { fencedStream } from "../commands/lock.ts";
import { builtFile } from "../commands/paths.ts";
import type { JailBuild } from "../config/types.ts";
import { AlcaideError, CommandError, type Exit } from "../core/error.ts";
import type { BuiltFact, Facts } from "../server/facts.ts";
import { digestFile } from "../remote/local_file.ts";
import type { Remote } from "../remote/remote.ts";
import { secret } from "../core/secret.ts";
import { script } from "../core/script.ts";
import { type Command, sh } from "../core/sh.ts";
import { definesModule, packSource, readSource, type Source } from "../remote/source.ts";
import { duration } from "../core/text.ts";
import { explainBuild } from "../hints/build.ts";
import { explainStep } from "../hints/step.ts";
import type { DeployPlan, ReleaseSource, ServerPlan } from "./plan/plan.ts";
import { buildKeys } from "./plan/build.ts";
import type { PlannedSource } from "./plan/deploy.ts";
import { takePlace } from "./allocate.ts";
import { onServers } from "./step.ts";
import { isTarball } from "./artifact.ts";
import type { Context } from "../task/context.ts";

/** The source of a plan whose release is built in jails. */
type BuiltSource = Extract<ReleaseSource, { kind: "built" }>;

/** Minutes that a server may take for what is not the build itself: its jail, packages, the result. */
const besides = 30 * 60_000;

/** The source of a build in a jail, when asked for with what is not committed; undefined for other builds. */
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

/** The source with what each server's build is called; afresh when nothing of an older build may serve. */
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
 * Sees to it that every server has the release: built in a jail of the first server of its kind, unless one of them has
 * it from before, and brought to the others.
 */
export async function buildInJails(ctx: Context, plan: DeployPlan, source: BuiltSource): Promise<void> {
  const { servers, outcome: { artifacts }, config: { build, directory } } = plan;
  if (build.kind !== "jail") return;
  await onServers(takePlace)(ctx, plan);
  for (const target of servers.values()) {
    if (target.build?.built) artifacts.set(target, target.build.built);
  }
  const builders = buildersOf(plan);
  if (builders.length === 0) ctx.ui.info("Nothing to build: the same source was built before");
  else await packSource(ctx.local, directory, source, source.archive);
  await Promise.all(builders.map(async ([server, target]) => {
    const made = await buildOn(ctx, source, { build, server, target });
    if (made) artifacts.set(target, made);
  }));
  for (const [server, target] of servers) {
    if (!artifacts.has(target)) await bring(ctx, plan, { source, server, target });
  }
}

/** The first server of each kind of which none has the release. */
function buildersOf(plan: DeployPlan): [Remote, ServerPlan][] {
  const done = new Set([...plan.outcome.artifacts.keys()].map((target) => target.build?.key));
  return [...plan.servers].filter(([, { build }]) => {
    if (build === undefined || done.has(build.key)) return false;
    done.add(build.key);
    return true;
  });
}

/** Something that is built on a server. */
interface Job {
  readonly build: JailBuild;
  readonly server: Remote;
  readonly target: ServerPlan;
}

/** The script of a build on one server; none where the same was built before. */
export function buildScripts(build: JailBuild, target: ServerPlan): Command[] {
  const spec = specOf({ build, target });
  return spec === undefined || target.build?.built ? [] : [buildInJail(spec)];
}

async function buildOn(
  ctx: Context,
  { archive }: BuiltSource,
  job: Job,
): Promise<BuiltFact | undefined> {
  const { server, target } = job;
  const began = Date.now();
  const spec = specOf(job);
  if (spec === undefined) return undefined;
  const prepare = [makeBuildDirectory(spec.app), ...target.build?.afresh ? [removeBuildJail(spec)] : []];
  await server.upload(archive, sourceFile(spec.app), {
    signal: ctx.signal,
    mode: 0o600,
    before: fencedStream(spec.app, target.fence, script(...prepare)),
    onProgress: (done, total) => ctx.ui.progress(`Source to ${server.name}`, done, total),
  });
  const made = await runBuild(ctx, server, spec);
  ctx.ui.info(`${server.name}: built within ${duration(Date.now() - began)}`);
  return made;
}

function specOf({ build, target }: Omit<Job, "server">): BuildSpec | undefined {
  if (target.build === undefined) return undefined;
  const { commands, result, env, caches, timeout } = build;
  const packed = isTarball(result);
  return {
    ...target.build.jail,
    ...{ commands, result, env, caches, timeout, packed },
    key: target.build.key,
    fence: target.fence,
  };
}

async function runBuild(ctx: Context, server: Remote, spec: BuildSpec): Promise<BuiltFact> {
  const said: string[] = [];
  const onLine = (line: string, stream: "out" | "err") => {
    if (stream === "err" && /^(failed \d+ \d+|missing|built \d+ [0-9a-f]+)$/.test(line)) return;
    if (stream === "out" && spec.commands.some((text) => line === `+ ${text}`)) said.length = 0;
    else if (said.push(line) > 40) said.shift();
    ctx.ui.line(server.name, line);
  };
  const script = fencedStream(spec.app, spec.fence, buildInJail(spec));
  const exit = await server.exec(script, { signal: ctx.signal, timeout: spec.timeout + besides, onLine })
    .catch(async (cause) => {
      await endBuild(ctx, server, spec);
      throw cause;
    });
  const [, size, sha256] = /^built (\d+) ([0-9a-f]{64})$/m.exec(exit.stderr) ?? [];
  if (exit.code === 0 && size !== undefined && sha256 !== undefined) return { size: Number(size), sha256 };
  throw failure(server, spec, exit, said);
}

/** An interrupted build may still be at work in its jail. The signal that ended it must not end this, too. */
async function endBuild(ctx: Context, server: Remote, spec: BuildSpec): Promise<void> {
  try {
    await server.run(fencedStream(spec.app, spec.fence, stopBuild(spec)), { timeout: 60_000 });
  } catch (error) {
    const why = error instanceof Error ? error.message : error;
    ctx.ui.warn(`Cannot stop the build jail ${spec.jail.name}: ${why}`, "The next build stops it");
  }
}

function failure(server: Remote, spec: BuildSpec, exit: Exit, said: readonly string[]): unknown {
  const known = explainBuild(server.name, spec, exit, said);
  if (known !== undefined) return known;
  return explainStep(server.name, new CommandError(server.name, buildInJail(spec).shown, exit));
}

/** Brings what was built from a server that has it, through this machine. */
async function bring(
  ctx: Context,
  { servers, outcome: { artifacts } }: DeployPlan,
  { source, server: to, target }: Omit<Job, "build"> & { source: BuiltSource },
): Promise<void> {
  const { app } = target.app;
  const key = target.build?.key ?? "";
  const [from, other] = [...servers].find(([, one]) => one.build?.key === key && artifacts.has(one)) ?? [];
  const made = other && artifacts.get(other);
  if (from === undefined || made === undefined) {
    throw new AlcaideError(`Cannot bring the release to ${to.name}: no server has it`, {
      hint: "Run the deploy again with --rebuild",
    });
  }
  const local = `${source.archive}.${key}`;
  await fetchFile(ctx, from, { path: builtFile(app, key), local, made });
  const guarded = (command: Command) => fencedStream(app, target.fence, command);
  await to.upload(local, builtFile(app, key), {
    signal: ctx.signal,
    mode: 0o600,
    before: guarded(makeBuilt(app, key)),
    onProgress: (done, total) => ctx.ui.progress(`Release to ${to.name}`, done, total),
  });
  await to.run(guarded(acceptBuild(app, key, made.size, made.sha256)), { signal: ctx.signal });
  artifacts.set(target, made);
}

interface Fetched {
  readonly path: string;
  readonly local: string;
  readonly made: BuiltFact;
}

async function fetchFile(ctx: Context, from: Remote, { path, local, made }: Fetched): Promise<void> {
  using file = await Deno.open(local, { create: true, write: true, truncate: true, mode: 0o600 });
  let done = 0;
  await from.run(sh`cat ${path}`, {
    signal: ctx.signal,
    onData: (chunk, stream) => {
      if (stream === "err") return;
      for (let at = 0; at < chunk.length;) at += file.writeSync(chunk.subarray(at));
      ctx.ui.progress(`Release from ${from.name}`, done += chunk.length, made.size);
    },
  });
  const { sha256 } = await digestFile(local);
  if (sha256 === made.sha256) return;
  throw new AlcaideError(`Cannot fetch the release from ${from.name}: its checksum differs`, {
    hint: "Run the deploy again with --rebuild",
  });
}
