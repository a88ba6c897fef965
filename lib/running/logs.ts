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
import { named } from "../core/shape.ts";
import { heartbeat } from "../remote/heartbeat.ts";
import type { Remote } from "../remote/remote.ts";
import type { RunOptions } from "../remote/runner.ts";
import { type Servers, servers } from "../remote/servers.ts";
import type { Command } from "../core/sh.ts";
import { didYouMean, list } from "../core/text.ts";
import type { Context } from "../task/context.ts";
import { type LineTimes, lineTimes } from "./line_times.ts";
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
  /** True to say when each was written. */
  readonly timestamps: boolean;
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
  if (release === undefined) {
    return void await read(ctx, chosen, asked, { find: appLog(app), hint: deployFirst });
  }
  await ofRelease(
    ctx,
    chosen,
    { ...asked, release },
    () => read(ctx, chosen, asked, { find: releaseLog(app, release), hint: deployFirst }),
  );
}

const deployFirst = 'Nothing was deployed yet? Run "alcaide deploy" first';

/**
 * Shows a log of one release.
 *
 * @param show tells whether a server has it
 * @throws {UsageError} when none has
 */
export async function ofRelease(
  { config: { app }, signal }: Context,
  chosen: Servers,
  { follow, release }: Pick<AskedLines, "follow"> & { readonly release: string },
  show: () => Promise<boolean>,
): Promise<void> {
  if (follow) {
    throw new UsageError("Cannot follow the log of one release", {
      hint: "Leave out --release: -f follows the live one, through deploys",
    });
  }
  if (/^\d+(-\w+)?$/.test(release) && await show()) return;
  const known = await chosen.each((server) => server.read(listReleaseLogs(app), { signal }));
  const ids = [...new Set(known.join("\n").split("\n"))].filter((id) => id !== "");
  throw new UsageError(`Cannot find a log of release "${release}" of ${app}`, {
    hint: ids.length === 0 ? deployFirst : `There are logs of ${list(ids)}`,
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
  const known = named(schedule, name);
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
    readOn(ctx, server, chosen.all.length === 1 ? "" : server.name, all)
  );
  return found.includes(true);
}

/**
 * Shows a log of a server. An expression or time that the server makes nothing of is the user's mistake.
 *
 * @param source stands before each line; empty where there is one log
 * @returns false where a release has no log
 */
export async function readOn(
  ctx: Context,
  server: Remote,
  source: string,
  { find, hint, follow, ...lines }: Log & LogOptions & { follow: boolean },
): Promise<boolean> {
  const times = lines.facts ? lineTimes() : undefined;
  const options = linesTo(ctx, server, source, times);
  const beat = follow ? heartbeat(1000) : undefined;
  try {
    if (beat) await server.run(followLog(find, lines), { ...options, stdin: beat.stream });
    else await server.run(showLog(find, lines), { ...options, hint });
  } catch (error) {
    const code = error instanceof CommandError ? error.exit.code : undefined;
    if (code === noLog) return false;
    throw mistakeOf(lines, code, error) ?? error;
  } finally {
    beat?.end();
  }
  const last = times?.lastWrite;
  const whose = source === "" ? "the log" : `that of ${source}`;
  if (last !== undefined) ctx.ui.info(`Lines marked + bear no time; ${whose} was written to last at ${last}`);
  return true;
}

function linesTo(
  { ui, signal }: Context,
  server: Remote,
  source: string,
  times: LineTimes | undefined,
): RunOptions {
  const from = source === "" ? undefined : source;
  return {
    signal,
    onLine: (line, stream, bytes) => {
      if (stream === "err") ui.line(server.name, line);
      else if (!times?.takes(line)) ui.output(lineBytes(line, bytes), "out", from, times?.of(line));
    },
  };
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
    hint: "It is a regular expression, as in grep -E: put a backslash before a literal [ ( { * + or ?",
  });
}

/** Reads which lines are asked for. */
export function readLines({ lines, grep, since, follow, timestamps: facts }: AskedLines): LogOptions {
  const count = lines ?? (since === undefined ? 100 : undefined);
  if (count !== undefined && !(Number.isInteger(count) && count >= 0)) {
    throw new UsageError(`Cannot show ${count} lines`, { hint: "Use a whole number: alcaide logs -n 50" });
  }
  if (since === undefined) return { count, grep, facts };
  if (follow) throw new UsageError("Cannot follow a log since a time", { hint: "Leave out --since, or -f" });
  return { count, grep, since: timeOf(since), facts };
}

/** The time so long ago, in UTC. */
function timeOf(since: string): string {
  const problem = `Cannot show the log since "${since}"`;
  return readAgo(since, Date.now(), problem, "alcaide logs --since 10m").toISOString().slice(0, 19);
}
