// Logs of the app and of accessories.

import {
  accessoryLog,
  appLog,
  badExpression,
  followLog,
  listReleaseLogs,
  logOfSchedule,
  type LogOptions,
  noLog,
  noTimes,
  releaseLog,
  showLog,
} from "../commands/logs.ts";
import { configuredServer, selected } from "../config/sections/select.ts";
import { readAgo } from "../core/duration.ts";
import { AlcaideError, CommandError, UsageError } from "../core/error.ts";
import { own } from "../core/shape.ts";
import { heartbeat } from "../remote/heartbeat.ts";
import type { Remote } from "../remote/remote.ts";
import type { RunOptions } from "../remote/runner.ts";
import { type Servers, servers } from "../remote/servers.ts";
import type { Command } from "../core/sh.ts";
import { didYouMean, list } from "../core/text.ts";
import type { Context } from "../task/context.ts";
import { lineBytes } from "../ui/utf8.ts";

/** The lines of a log that are asked for. */
export interface AskedLines {
  /** True to go on showing what comes. */
  readonly follow: boolean;
  /** How many of the last lines. Default: 100, or all since a time. */
  readonly lines: number | undefined;
  /** Only lines that match this regular expression. */
  readonly grep: string | undefined;
  /** Only lines of this time until now: `10m`. */
  readonly since: string | undefined;
}

/**
 * Shows the app's log on some servers.
 *
 * @param release of this release, also one that failed. Default: of the live one
 */
export async function showLogs(
  ctx: Context,
  chosen: Servers,
  asked: AskedLines,
  release?: string,
): Promise<void> {
  const { app } = ctx.config;
  const hint = 'Nothing was deployed yet? Run "alcaide deploy" first';
  if (release === undefined) return void await read(ctx, chosen, asked, { find: appLog(app), hint });
  if (asked.follow) {
    throw new UsageError("Cannot follow the log of one release", {
      hint: "Leave out --release: -f follows the live one, through deploys",
    });
  }
  const isId = /^\d+(-\w+)?$/.test(release);
  if (isId && await read(ctx, chosen, asked, { find: releaseLog(app, release), hint })) return;
  const known = (await chosen.each((server) => server.read(listReleaseLogs(app)))).join("\n").split("\n");
  const ids = [...new Set(known)].filter((id) => id !== "");
  throw new UsageError(`Cannot find a log of release "${release}" of ${app}`, {
    hint: ids.length === 0 ? hint : `There are logs of ${list(ids)}`,
  });
}

/** Shows a schedule's log on those of some servers that run it. */
export async function showScheduleLogs(
  ctx: Context,
  chosen: Servers,
  name: string,
  asked: AskedLines,
): Promise<void> {
  const { app, schedule } = ctx.config;
  const known = own(schedule, name);
  if (known === undefined) {
    throw new UsageError(`Cannot find a schedule "${name}" of ${app}`, {
      hint: didYouMean(name, Object.keys(schedule)) || "The configuration names no schedule",
    });
  }
  const all = chosen.all.filter((server) => selected(known.on, configuredServer(ctx.config, server)));
  if (all.length === 0) {
    throw new UsageError(`Cannot show the log of ${name} on ${list(chosen.all.map((one) => one.name))}`, {
      hint: `It runs on ${list(known.on ?? [])}`,
    });
  }
  await read(ctx, servers(all), asked, { find: logOfSchedule(app, name), hint: "It has not run yet" });
}

/** Shows the log of the accessory in a jail on some servers. */
export async function showAccessoryLogs(
  ctx: Context,
  chosen: Servers,
  jail: string,
  asked: AskedLines,
): Promise<void> {
  await read(ctx, chosen, asked, { find: accessoryLog(jail), hint: "It has written nothing yet" });
}

/** A log to read. */
interface Log {
  /** Finds it. */
  readonly find: Command;
  /** Advice for when there is none. */
  readonly hint: string;
}

/**
 * Reads a log on several servers at once: the lines of one stand alone, with more each bears its server's name. A release's may
 * be on some of them only; tells whether one has it.
 */
async function read(ctx: Context, chosen: Servers, asked: AskedLines, log: Log): Promise<boolean> {
  const all = { ...log, ...readLines(asked), follow: asked.follow };
  const found = await chosen.each((server) =>
    readOn(server, all, linesTo(ctx, server, chosen.all.length === 1 ? "" : server.name))
  );
  return found.includes(true);
}

/** Shows the lines of a log, with their source where there are several. */
export function linesTo({ ui, signal }: Context, server: Remote, source: string): RunOptions {
  const more = source === "" ? [] : [source] as const;
  return {
    signal,
    onLine: (line, stream, bytes) => {
      if (stream === "err") ui.line(server.name, line);
      else ui.output(lineBytes(line, bytes), "out", ...more);
    },
  };
}

/** Gives false where a release has no log. An expression or time that the server makes nothing of is the user's mistake. */
export async function readOn(
  server: Remote,
  { find, hint, follow, ...lines }: Log & LogOptions & { follow: boolean },
  options: RunOptions,
): Promise<boolean> {
  const beat = follow ? heartbeat(1000) : undefined;
  try {
    if (beat) await server.run(followLog(find, lines), { ...options, stdin: beat.stream });
    else await server.run(showLog(find, lines), { ...options, hint });
    return true;
  } catch (error) {
    const code = error instanceof CommandError ? error.exit.code : undefined;
    if (code === noLog) return false;
    throw mistakeOf(lines, code, error) ?? error;
  } finally {
    beat?.end();
  }
}

function mistakeOf(
  { grep, since }: LogOptions,
  code: number | null | undefined,
  error: unknown,
): AlcaideError | undefined {
  if (since !== undefined && code === noTimes) {
    return new AlcaideError("Cannot tell how old the lines are: they bear no date and time", {
      hint:
        "Let the app print them, in UTC: 2026-11-29T19:05:00Z. Or ask for the last lines: alcaide logs -n 50",
    });
  }
  if (grep === undefined || code !== badExpression) return undefined;
  return new UsageError(`Cannot understand the expression "${grep}"`, {
    details: error instanceof AlcaideError ? error.details : [],
    hint: "It is a basic regular expression, as in grep: put a backslash before a literal [ or *",
  });
}

/** Reads which lines are asked for. */
export function readLines({ lines, grep, since, follow }: AskedLines): LogOptions {
  const count = lines ?? (since === undefined ? 100 : undefined);
  if (count !== undefined && !(Number.isInteger(count) && count >= 0)) {
    throw new UsageError(`Cannot show ${count} lines`, { hint: "Use a whole number: alcaide logs -n 50" });
  }
  if (since === undefined) return { count, grep };
  if (follow) throw new UsageError("Cannot follow a log since a time", { hint: "Leave out --since, or -f" });
  return { count, grep, since: timeOf(since) };
}

/** The time so long ago, in UTC. */
function timeOf(since: string): string {
  const problem = `Cannot show the log since "${since}"`;
  return readAgo(since, Date.now(), problem, "alcaide logs --since 10m").toISOString().slice(0, 19);
}
