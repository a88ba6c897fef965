/**
 * `alcaide setup`: prepares servers, and changes nothing on those that are prepared.
 *
 * @module
 */

import { underHostLock } from "../lib/commands/lock.ts";
import { AlcaideError, CommandError } from "../lib/error.ts";
import type { Remote } from "../lib/remote.ts";
import { survey } from "../lib/survey.ts";
import { type Context, type Task, task } from "../lib/task.ts";
import { plural } from "../lib/text.ts";
import { type Change, planSetup, type SetupPlan } from "./plan_setup.ts";

/** Prepares the servers: base system, network, Caddy, boot script. */
export const setup: Task = task({
  description: "Prepare the servers: base system, network, Caddy, boot script",
  options: { plan: { type: "boolean", description: "Print what is missing and stop" } },
  run: runSetup,
});

async function runSetup(ctx: Context): Promise<void> {
  const { config, servers, ui, signal } = ctx;
  ui.step("Read the facts");
  const plans = new Map<Remote, SetupPlan>();
  await servers.each(async (server) => {
    const facts = await survey(server, { basePath: config.jail.basePath, setup: true, signal });
    plans.set(server, planSetup(config, facts, server.name));
  });
  if (ctx.options["plan"] !== true) {
    await servers.each((server) => apply(ctx, server, plans.get(server)?.changes ?? []));
  }
  for (const [server, { advice }] of plans) {
    for (const text of advice) ui.warn(`${server.name}: ${text}`);
  }
  ui.result(asJson(plans), summary(plans, ctx.options["plan"] === true));
}

async function apply(ctx: Context, server: Remote, changes: readonly Change[]): Promise<void> {
  for (const { title, command, hint } of changes) {
    ctx.signal.throwIfAborted();
    ctx.ui.step(ctx.servers.all.length > 1 ? `${server.name}: ${title}` : title);
    try {
      await server.run(underHostLock(command), {
        signal: ctx.signal,
        onLine: (line) => ctx.ui.verbose && ctx.ui.line(server.name, line),
      });
    } catch (cause) {
      throw explain(server, title, hint, cause);
    }
  }
}

function explain(server: Remote, title: string, hint: string | undefined, cause: unknown): unknown {
  if (!(cause instanceof CommandError)) return cause;
  const text = `${cause.exit.stdout}\n${cause.exit.stderr}`;
  const known = knownFailures.find(([pattern]) => pattern.test(text));
  const advice = known?.[1] ?? hint;
  return new AlcaideError(`Cannot set up ${server.name}: "${title}" failed`, {
    cause,
    ...(advice === undefined ? {} : { hint: advice }),
  });
}

const knownFailures: readonly (readonly [RegExp, string])[] = [
  [
    /does not resolve|No address record|Address resolution failed/i,
    "The server can't resolve names: look at /etc/resolv.conf and its way to the network",
  ],
  [
    /Network is unreachable|No route to host|Connection refused|timed out/i,
    "The server can't reach the download: look at its network and at jail.mirror",
  ],
  [
    /fetch:.*Not Found/i,
    "There is no such file on the mirror: look at jail.freebsd, and at jail.mirror for versions no longer supported",
  ],
  [
    /differs from the checksum|appears to be truncated|does not name base\.txz/i,
    "The download is damaged: run setup again, or use another jail.mirror",
  ],
  [
    /Authentication error|certificate/i,
    "The server can't verify the mirror's certificate: look at its clock (date) first",
  ],
  [/No space left|Write failed|Disc quota/i, "The server's disk is full: make room and run setup again"],
  [/advisory lock/i, "Another pkg is at work on the server: try again when it is done"],
];

function summary(plans: ReadonlyMap<Remote, SetupPlan>, planOnly: boolean): string {
  return [...plans].map(([server, { changes }]) => {
    if (changes.length === 0) return `${server.name}: nothing to do, everything is there`;
    if (!planOnly) return `${server.name}: ready, ${plural(changes.length, "change")} made`;
    const rows = changes.map(({ title, reason }) => `  - ${title}: ${reason}`);
    return `${server.name}: ${plural(changes.length, "change")} to make\n${rows.join("\n")}`;
  }).join("\n");
}

function asJson(plans: ReadonlyMap<Remote, SetupPlan>): unknown {
  return [...plans].map(([server, { changes, advice }]) => ({
    server: server.name,
    changes: changes.map(({ title, reason }) => ({ title, reason })),
    advice,
  }));
}
