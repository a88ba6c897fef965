/**
 * What the steps of a deploy or a rollback do on one server.
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
  writeJailEnv,
} from "../commands/app.ts";
import { adoptBuild } from "../commands/build.ts";
import { applySite, removeSite, verifySite } from "../commands/caddy.ts";
import { removeJailFiles, startJail, stopJail, writeJailFiles } from "../commands/jail.ts";
import { writeHostFile, writeRelease } from "../commands/journal.ts";
import { refuseLive, removeLive, switchLive } from "../commands/live.ts";
import { fenced, fencedStream, underHostLock, whileFence } from "../commands/lock.ts";
import { writeNames } from "../commands/names.ts";
import { artifactFile } from "../commands/paths.ts";
import { mainName } from "../commands/site.ts";
import { besideTree, deleteTree } from "../commands/tree.ts";
import { envFingerprint } from "../core/fingerprint.ts";
import { type Digest, digestFile } from "../remote/local_file.ts";
import type { Release, ReleaseState } from "../core/release.ts";
import type { Remote } from "../remote/remote.ts";
import type { RunOptions } from "../remote/runner.ts";
import { secret } from "../core/secret.ts";
import { type Command, lines, raw, sh } from "../core/sh.ts";
import { plural } from "../core/text.ts";
import { certificateBefore, certificatesAfter, warnOfTls } from "./certificates.ts";
import { explainCheck, explainVerify } from "../hints/check.ts";
import { explainStep, takenOverBy } from "../hints/step.ts";
import type { DeployPlan, ServerPlan } from "./plan/plan.ts";
import type { Part } from "./join_scripts.ts";
import type { Context } from "../task/context.ts";

/** What a step does on one server. */
export type ServerRun = (ctx: Context, plan: DeployPlan, server: Remote, own: ServerPlan) => Promise<void>;

/** Makes a step's function out of what it does on one server: on all at once, until all are done. */
export function onServers(run: ServerRun): (ctx: Context, plan: DeployPlan) => Promise<void> {
  return async (ctx, plan) => {
    await ctx.servers.each(async (server) => {
      const own = plan.servers.get(server);
      if (own) await run(ctx, plan, server, own);
    });
  };
}

/** Runs a script that changes something: only while our lock is the newest. */
export async function act(
  ctx: Context,
  server: Remote,
  own: Pick<ServerPlan, "app" | "fence">,
  command: Command,
  options: RunOptions = {},
): Promise<void> {
  await explained(server, () =>
    server.run(fenced(own.app.app, own.fence, command), {
      signal: ctx.signal,
      timeout: 15 * 60_000,
      onLine: (line) => ctx.ui.verbose && ctx.ui.line(server.name, line),
      ...options,
    }));
}

/** Adds a remedy to what fails, where one is known. */
async function explained(server: Remote, run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (cause) {
    throw explainStep(server.name, cause);
  }
}

/** The same with its output shown: a user's own command. */
export function show(
  ctx: Context,
  server: Remote,
  own: ServerPlan,
  command: Command,
  options: RunOptions = {},
): Promise<void> {
  return act(ctx, server, own, command, { onLine: (line) => ctx.ui.line(server.name, line), ...options });
}

/** Sends the artifact and the environment, after the release has its place and its record. */
export async function upload(ctx: Context, plan: DeployPlan, server: Remote, own: ServerPlan): Promise<void> {
  const { app } = own.app;
  const building = await record(plan, own, "building");
  const env = secret(envText({ ...plan.ownEnv, ...plan.config.env }));
  if (own.build) {
    const { key } = own.build;
    return await act(
      ctx,
      server,
      own,
      lines(writeRelease(building), writeEnv(app, plan.release, env), adoptBuild(app, key, plan.release)),
    );
  }
  await takePlace(ctx, plan, server, own);
  await explained(server, () =>
    server.upload(plan.artifact, artifactFile(app, plan.release), {
      signal: ctx.signal,
      mode: 0o600,
      digest: building.artifact,
      before: fencedStream(app, own.fence, lines(writeRelease(building), writeEnv(app, plan.release, env))),
      onProgress: (done, total) => ctx.ui.progress(`Upload to ${server.name}`, done, total),
    }));
}

/** Writes down which addresses and user ids the app has on the server, when that is new. */
export async function takePlace(
  ctx: Context,
  _plan: DeployPlan,
  server: Remote,
  { app, fence, allocation }: ServerPlan,
): Promise<void> {
  if (allocation === undefined) return;
  const own = { app, fence };
  await act(ctx, server, own, writeHostFile(allocation.before, allocation.after), {
    hint: "Another app was given its place on this server at the same moment: run the deploy again",
  });
}

/** Puts the release into its jail and starts the jail; one that holds the release already is only started. */
export function installParts(ctx: Context, plan: DeployPlan, server: Remote, own: ServerPlan): Part[] {
  // A release that is there already may be older than an accessory.
  const parts = own.present ? (own.app.hosts?.length ? [writeNames(own.app.jail, own.app.hosts)] : []) : [
    makeLogDirectory(own.app.app),
    installApp(own.app),
    ...plan.env ? [writeJailEnv(own.app.jail, plan.env)] : [],
    writeJailFiles(own.app.jail),
  ];
  const onLine = (line: string) => {
    const [, directory, owner] = /^volume (\S+) (\d+)$/.exec(line) ?? [];
    if (directory !== undefined) warnOfOwner(ctx, server, own, { directory, owner });
    else if (ctx.ui.verbose) ctx.ui.line(server.name, line);
  };
  return [{ script: lines(...parts, startJail(own.app.jail)), onLine }];
}

/** A directory that was there before is not given away: somebody may have a reason, or others use it. */
function warnOfOwner(
  { ui }: Context,
  server: Remote,
  { app: { uid } }: ServerPlan,
  { directory, owner }: { directory: string; owner: string | undefined },
): void {
  ui.warn(
    `${server.name}: the volume ${directory} belongs to user id ${owner}, and the app runs as ${uid}: it can't write there`,
    `If it has to, on the server: chown -R ${uid}:${uid} ${directory}`,
  );
}

/** What has to be done before every start, and the start. */
export function startParts(ctx: Context, plan: DeployPlan, server: Remote, own: ServerPlan): Part[] {
  const onLine = (line: string) => ctx.ui.line(server.name, line);
  return [
    ...plan.config.beforeStart.map((text) => ({
      script: whileFence(own.app.app, own.fence, asApp(own.app, raw(text))),
      onLine,
    })),
    { script: startApp(own.app) },
  ];
}

/** Waits until the app answers well at its own address, and writes that down. */
export async function checkParts(
  ctx: Context,
  plan: DeployPlan,
  server: Remote,
  own: ServerPlan,
): Promise<Part[]> {
  const { config: { health, domains, tls } } = plan;
  const looks: string[] = [];
  const look = checkApp(own.app, {
    ...health,
    host: mainName(domains) ?? server.target.host,
    proto: tls.kind === "off" ? "http" : "https",
  });
  // A release that was good before keeps its record until it is live again, but for the one that it comes after: from the
  // moment on that it has the traffic, a rollback goes there.
  const ready = plan.kind === "deploy"
    ? writeRelease(await record(plan, own, "ready"))
    : own.linked
    ? writeRelease(own.linked)
    : sh`:`;
  return [{
    script: sh`( ${look} ) || exit 1
${ready}`,
    timeout: health.timeout + 60_000,
    onLine: (line) => {
      looks.push(line);
      const [, to] = /^redirect (.*)$/.exec(line) ?? [];
      if (to !== undefined) warnOfRedirect(ctx, server, to);
      if (ctx.ui.verbose) ctx.ui.line(server.name, line);
    },
    explain: (exit) => explainCheck(server.name, looks.join("\n"), exit, own.app, plan.config),
  }];
}

/** An app that insists on HTTPS, where nobody ends TLS that it believes: often there is a balancer in front. */
function warnOfRedirect(ctx: Context, server: Remote, to: string): void {
  ctx.ui.warn(
    `${server.name}: all that the app answers is a redirect to ${to}, the same address over HTTPS: visitors may never get further`,
    'With tls: "off" the app is told that requests came over HTTP. Let Caddy have the certificate (leave tls out), or don\'t let the app ' +
      "redirect (in Phoenix: force_ssl) where a balancer in front of the server ends TLS, but let that one do it",
  );
}

/** Moves the traffic. Caddy has to read its site file again only when that changed. */
export async function route(ctx: Context, plan: DeployPlan, server: Remote, own: ServerPlan): Promise<void> {
  const live = { slot: own.next, release: plan.release };
  await act(
    ctx,
    server,
    own,
    lines(
      ...certificateBefore(plan.config),
      ...siteIf(own.site.apply, own, own.site.text),
      switchLive(own.app.app, live),
    ),
  );
}

/** Moves the traffic back to where it was. */
export async function routeBack(
  ctx: Context,
  _plan: DeployPlan,
  server: Remote,
  own: ServerPlan,
): Promise<void> {
  const { app } = own.app;
  const { before = "", text } = own.site;
  await act(
    ctx,
    server,
    own,
    own.previous
      ? lines(switchLive(app, own.previous), ...siteIf(before !== "" && before !== text, own, before))
      : lines(removeLive(app), underHostLock(removeSite(app))),
  );
}

/** Asks through Caddy until it is the new release that answers; then that is written down. */
export async function verify(ctx: Context, plan: DeployPlan, server: Remote, own: ServerPlan): Promise<void> {
  const { app, release } = own.app;
  const through = { app, token: own.place.token, path: plan.config.health.path, publicHost: own.publicHost };
  const ask = verifySite(through, { slot: own.next, release });
  const live = lines(
    ...plan.env ? [writeEnv(app, release, plan.env)] : [],
    writeRelease(await record(plan, own, "live")),
  );
  const exit = await server.exec(
    fenced(
      app,
      own.fence,
      sh`( ${ask} ) || exit 1
${live}`,
    ),
    { signal: ctx.signal, timeout: 180_000 },
  );
  if (exit.code !== 0) throw takenOverBy(server.name, exit) ?? explainVerify(server.name, exit, { release, publicHost: own.publicHost });
  await warnOfTls(ctx, plan.config, server);
}

/** Lets the old release finish what it has begun to answer. */
export function drainParts(
  ctx: Context,
  plan: DeployPlan,
  server: Remote,
  { previous }: ServerPlan,
): Part[] {
  if (!previous) return [];
  const limit = plan.config.drain;
  const onLine = (line: string) => {
    const left = Number(/^left (\d+)$/.exec(line)?.[1] ?? 0);
    if (left === 0) return;
    const what = plural(left, "connection");
    ctx.ui.warn(`${server.name}: ${what} to the old release still open after ${limit / 1000} s`);
  };
  const script = drainApp(previous.jail, previous.port, limit);
  return [{ script, looks: true, timeout: limit + 60_000, onLine }];
}

/** Stops the old release and keeps its jail: it is what a rollback goes back to. */
export function retireParts(_ctx: Context, plan: DeployPlan, _server: Remote, own: ServerPlan): Part[] {
  const { previous } = own;
  const stopped = previous
    ? [refuseLive(own.app.app, previous.slot), stopApp(previous.jail), stopJail(previous.jail)]
    : [];
  const records = own.retire.map((release) => writeRelease({ ...release, state: "retired" }));
  const all = [...stopped, ...records, ...certificatesAfter(plan.config, own)];
  return all.length === 0 ? [] : [{ script: lines(...all) }];
}

/** Removes the slot's jail and tree; one that holds a kept release is only stopped. */
export function clearSlot(own: ServerPlan): Command {
  const { jail } = own.app;
  const guard = refuseLive(own.app.app, own.next);
  if (own.present) return lines(guard, stopApp(jail), stopJail(jail));
  return lines(
    guard,
    stopJail(jail),
    // What a copy that was cut off left behind may fill the disk.
    deleteTree(besideTree(own.tree)),
    deleteTree(own.tree),
    removeJailFiles(jail.name),
  );
}

/** The release's record for the journal. */
export async function record(plan: DeployPlan, own: ServerPlan, state: ReleaseState): Promise<Release> {
  const live = state === "live" ? { liveAt: new Date().toISOString() } : {};
  const { artifact, env } = own.record;
  if (artifact && env !== undefined) return { ...own.record, artifact, env, state, ...live };
  // A build that failed left no artifact to describe.
  const none = { size: 0, sha256: "" };
  const made = own.build ? plan.built.get(own) ?? none : await digestOf(plan).catch(() => none);
  const fingerprint = await envFingerprint(plan.config.env, own.place.token);
  return { ...own.record, artifact: made, env: fingerprint, state, ...live };
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

function siteIf(wanted: boolean, own: ServerPlan, text: string): Command[] {
  if (!wanted) return [];
  return [underHostLock(applySite(own.app.app, text)), sh`[ $? -eq 0 ] || exit 1`];
}
