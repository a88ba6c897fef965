/**
 * The steps of a deploy, in order.
 *
 * @module
 */

import {
  asApp,
  checkApp,
  drainApp,
  envText,
  installApp,
  makeLogDirectory,
  startApp,
  stopApp,
  writeEnv,
} from "../lib/commands/app.ts";
import { applySite, removeSite, verifySite } from "../lib/commands/caddy.ts";
import { removeJailFiles, startJail, stopJail, writeJailFiles } from "../lib/commands/jail.ts";
import { dropFailed, dropReleases, writeHostFile, writeRelease } from "../lib/commands/journal.ts";
import { fenced, fencedStream, underHostLock } from "../lib/commands/lock.ts";
import { artifactFile } from "../lib/commands/paths.ts";
import { copyTemplate, deleteTree } from "../lib/commands/tree.ts";
import { envFingerprint } from "../lib/fingerprint.ts";
import { digestFile } from "../lib/local_file.ts";
import type { Step } from "../lib/pipeline.ts";
import type { Release, ReleaseState } from "../lib/release.ts";
import type { Remote } from "../lib/remote.ts";
import type { RunOptions } from "../lib/runner.ts";
import { secret } from "../lib/secret.ts";
import { type Command, lines, raw, sh } from "../lib/sh.ts";
import type { Context } from "../lib/task.ts";
import { buildArtifact } from "./build.ts";
import { explainCheck, explainVerify } from "./explain_check.ts";
import type { DeployPlan, ServerPlan } from "./plan_deploy.ts";

/** A step of a deploy. */
export type DeployStep = Step<Context, DeployPlan>;

/** Names of the steps, in order. */
export type DeployStepName =
  | "build"
  | "upload"
  | "clean"
  | "create"
  | "install"
  | "migrate"
  | "start"
  | "check"
  | "route"
  | "verify"
  | "drain"
  | "retire"
  | "prune";

/** The steps of a deploy: ordered, named, to be replaced one by one with a spread. */
export type DeploySteps = Readonly<Record<DeployStepName, DeployStep>>;

/** The steps of `alcaide deploy`. Until `verify` has committed, a failure takes everything back. */
export const deploySteps: DeploySteps = {
  build: {
    title: "Build the release",
    run: (ctx, plan) => buildArtifact(ctx, plan),
  },
  upload: {
    title: "Upload the release",
    run: (ctx, plan) => onServers(ctx, plan, (server, own) => upload(ctx, plan, server, own)),
    undo: (ctx, plan) =>
      onServers(ctx, plan, async (server, own) => {
        const failed = await record(plan, own, "failed");
        await act(ctx, server, own, lines(dropFailed(own.app.app, plan.release), writeRelease(failed)));
      }),
  },
  clean: {
    title: "Remove the older jail",
    run: (ctx, plan) =>
      onServers(ctx, plan, async (server, own) => {
        const { previous } = own;
        if (previous?.diverged) await act(ctx, server, own, site(own, previous.site));
        await act(ctx, server, own, removeSlot(own));
      }),
  },
  create: {
    title: "Create the jail",
    run: (ctx, plan) =>
      onServers(
        ctx,
        plan,
        (server, own) =>
          act(ctx, server, own, lines(copyTemplate(own.template, own.tree), writeJailFiles(own.app.jail))),
      ),
    undo: (ctx, plan) => onServers(ctx, plan, (server, own) => act(ctx, server, own, removeSlot(own))),
  },
  install: {
    title: "Install the release",
    run: (ctx, plan) =>
      onServers(
        ctx,
        plan,
        (server, own) =>
          act(
            ctx,
            server,
            own,
            lines(makeLogDirectory(own.app.app), installApp(own.app), startJail(own.app.jail)),
          ),
      ),
  },
  migrate: {
    title: "Migrate",
    run: async (ctx, plan) => {
      const { migrate } = plan.config;
      const server = ctx.servers.first;
      const own = plan.servers.get(server);
      if (migrate !== undefined && own) await shown(ctx, server, own, asApp(own.app, raw(migrate)));
    },
  },
  start: {
    title: "Start the app",
    run: (ctx, plan) =>
      onServers(ctx, plan, async (server, own) => {
        for (const text of plan.config.beforeStart) await shown(ctx, server, own, asApp(own.app, raw(text)));
        await act(ctx, server, own, startApp(own.app));
      }),
  },
  check: {
    title: "Check the app",
    run: (ctx, plan) => onServers(ctx, plan, (server, own) => check(ctx, plan, server, own)),
  },
  route: {
    title: "Route requests to it",
    run: (ctx, plan) => onServers(ctx, plan, (server, own) => act(ctx, server, own, site(own, own.site))),
    undo: (ctx, plan) =>
      onServers(ctx, plan, (server, own) => {
        const before = own.previous?.site;
        return act(ctx, server, own, before === undefined ? withoutSite(own) : site(own, before));
      }),
  },
  verify: {
    title: "Verify through Caddy",
    commit: true,
    run: (ctx, plan) => onServers(ctx, plan, (server, own) => verify(ctx, plan, server, own)),
  },
  drain: {
    title: "Let the old release finish its requests",
    run: (ctx, plan) => onServers(ctx, plan, (server, own) => drain(ctx, plan, server, own)),
  },
  retire: {
    title: "Retire the old release",
    run: (ctx, plan) => onServers(ctx, plan, (server, own) => retire(ctx, server, own)),
  },
  prune: {
    title: "Forget the oldest releases",
    run: (ctx, plan) =>
      onServers(ctx, plan, async (server, own) => {
        if (own.prune.length > 0) await act(ctx, server, own, dropReleases(own.app.app, own.prune));
      }),
  },
};

async function onServers(
  ctx: Context,
  plan: DeployPlan,
  run: (server: Remote, own: ServerPlan) => Promise<void>,
): Promise<void> {
  await ctx.servers.each(async (server) => {
    const own = plan.servers.get(server);
    if (own) await run(server, own);
  });
}

/** Runs a script that changes something: only while our lock is the newest. */
async function act(
  ctx: Context,
  server: Remote,
  own: ServerPlan,
  command: Command,
  options: RunOptions = {},
) {
  await server.run(fenced(own.app.app, own.fence, command), {
    signal: ctx.signal,
    timeout: 15 * 60_000,
    onLine: (line) => ctx.ui.verbose && ctx.ui.line(server.name, line),
    ...options,
  });
}

/** The same with its output shown: a user's own command. */
function shown(ctx: Context, server: Remote, own: ServerPlan, command: Command): Promise<void> {
  return act(ctx, server, own, command, { onLine: (line) => ctx.ui.line(server.name, line) });
}

async function upload(ctx: Context, plan: DeployPlan, server: Remote, own: ServerPlan): Promise<void> {
  const { app } = own.app;
  if (own.allocation) {
    await act(ctx, server, own, writeHostFile(own.allocation.before, own.allocation.after), {
      hint: "Another app was given its place on this server at the same moment: run the deploy again",
    });
  }
  const env = secret(envText(plan.config.env));
  await server.upload(plan.artifact, artifactFile(app, plan.release), {
    signal: ctx.signal,
    mode: 0o600,
    before: fencedStream(
      app,
      own.fence,
      lines(
        writeRelease(await record(plan, own, "building")),
        writeEnv(app, plan.release, env),
      ),
    ),
    onProgress: (done, total) => ctx.ui.progress(`Upload to ${server.name}`, done, total),
  });
}

async function check(ctx: Context, plan: DeployPlan, server: Remote, own: ServerPlan): Promise<void> {
  const { config } = plan;
  const looks: string[] = [];
  const look = checkApp(own.app, {
    path: config.health.path,
    host: config.domains[0] ?? server.target.host,
    proto: config.tls.kind === "off" ? "http" : "https",
    status: config.health.status,
    timeout: config.health.timeout,
    interval: config.health.interval,
  });
  const ready = writeRelease(await record(plan, own, "ready"));
  const exit = await server.exec(
    fenced(
      own.app.app,
      own.fence,
      sh`( ${look} ) || exit 1
${ready}`,
    ),
    {
      signal: ctx.signal,
      timeout: config.health.timeout + 60_000,
      onLine: (line) => {
        looks.push(line);
        if (ctx.ui.verbose) ctx.ui.line(server.name, line);
      },
    },
  );
  if (exit.code !== 0) throw explainCheck(server.name, looks.join("\n"), exit, own, config);
}

async function verify(ctx: Context, plan: DeployPlan, server: Remote, own: ServerPlan): Promise<void> {
  const ask = verifySite({
    app: own.app.app,
    token: own.place.token,
    path: plan.config.health.path,
    publicHost: own.publicHost,
  }, plan.release);
  const live = writeRelease(await record(plan, own, "live"));
  const exit = await server.exec(
    fenced(
      own.app.app,
      own.fence,
      sh`( ${ask} ) || exit 1
${live}`,
    ),
    { signal: ctx.signal, timeout: 180_000 },
  );
  if (exit.code !== 0) throw explainVerify(server.name, exit, own);
}

async function drain(
  ctx: Context,
  plan: DeployPlan,
  server: Remote,
  { previous }: ServerPlan,
): Promise<void> {
  if (!previous) return;
  const limit = plan.config.drain;
  const answer = await server.read(drainApp(previous.jail, previous.port, limit), {
    signal: ctx.signal,
    timeout: limit + 60_000,
  });
  const left = Number(/left (\d+)/.exec(answer)?.[1] ?? 0);
  if (left > 0) {
    ctx.ui.warn(
      `${server.name}: ${left} connections to the old release were still open after ${limit / 1000} s`,
    );
  }
}

async function retire(ctx: Context, server: Remote, own: ServerPlan): Promise<void> {
  const { previous } = own;
  if (!previous) return;
  const stopped = lines(stopApp(previous.jail), stopJail(previous.jail));
  const { release } = previous;
  await act(
    ctx,
    server,
    own,
    release ? lines(stopped, writeRelease({ ...release, state: "retired" })) : stopped,
  );
}

function site(own: ServerPlan, text: string): Command {
  return underHostLock(applySite(own.app.app, text));
}

function withoutSite(own: ServerPlan): Command {
  return underHostLock(removeSite(own.app.app));
}

function removeSlot(own: ServerPlan): Command {
  const { jail } = own.app;
  return lines(stopJail(jail), deleteTree(own.tree), removeJailFiles(jail.name));
}

async function record(plan: DeployPlan, own: ServerPlan, state: ReleaseState): Promise<Release> {
  // A build that failed left no artifact to describe.
  const artifact = await digestFile(plan.artifact).catch(() => ({ size: 0, sha256: "" }));
  const env = await envFingerprint(plan.config.env, own.place.token);
  const live = state === "live" ? { liveAt: new Date().toISOString() } : {};
  return { ...own.record, state, artifact, env, ...live };
}
