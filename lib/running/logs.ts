// Logs of the app and of accessories.

import {
  accessoryLog,
  appLog,
  badExpression,
  followLog,
  type LogOptions,
  showLog,
} from "../commands/logs.ts";
import { CommandError, UsageError } from "../core/error.ts";
import { heartbeat } from "../remote/heartbeat.ts";
import type { Remote } from "../remote/remote.ts";
import type { RunOptions } from "../remote/runner.ts";
import type { Servers } from "../remote/servers.ts";
import type { Command } from "../core/sh.ts";
import type { Context } from "../task/context.ts";
import { lineBytes } from "../ui/utf8.ts";

/** The lines of a log that are asked for. */
export interface AskedLines {
  /** True to go on showing what comes. */
  readonly follow: boolean;
  /** How many of the last lines. */
  readonly lines: number;
  /** Only lines that match this regular expression. */
  readonly grep: string | undefined;
}

/** Shows the app's log on some servers. */
export async function showLogs(ctx: Context, chosen: Servers, asked: AskedLines): Promise<void> {
  const hint = 'Nothing was deployed yet? Run "alcaide deploy" first';
  await read(ctx, chosen, asked, { find: appLog(ctx.config.app), hint });
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

/** Reads a log on several servers at once: the lines of one stand alone, with more each bears its server's name. */
async function read({ ui, signal }: Context, chosen: Servers, asked: AskedLines, log: Log): Promise<void> {
  const all = { ...log, ...readLines(asked), follow: asked.follow };
  await chosen.each((server) =>
    readOn(server, all, {
      signal,
      onLine: (line, stream, bytes) => {
        if (stream === "err") ui.line(server.name, line);
        else if (chosen.all.length === 1) ui.output(lineBytes(line, bytes), "out");
        else ui.output(lineBytes(line, bytes), "out", server.name);
      },
    })
  );
}

/** An expression that the server's grep doesn't understand is the user's mistake. */
async function readOn(
  server: Remote,
  { find, hint, follow, ...lines }: Log & LogOptions & { follow: boolean },
  options: RunOptions,
): Promise<void> {
  const beat = follow ? heartbeat(1000) : undefined;
  try {
    if (beat) await server.run(followLog(find, lines), { ...options, stdin: beat.stream });
    else await server.run(showLog(find, lines), { ...options, hint });
  } catch (error) {
    const misread = error instanceof CommandError && error.exit.code === badExpression;
    if (lines.grep === undefined || !misread) throw error;
    throw new UsageError(`Cannot understand the expression "${lines.grep}"`, {
      details: error.details,
      hint: "It is a basic regular expression, as in grep: put a backslash before a literal [ or *",
    });
  } finally {
    beat?.end();
  }
}

function readLines({ lines, grep }: AskedLines): LogOptions {
  if (Number.isInteger(lines) && lines >= 0) return { count: lines, grep };
  throw new UsageError(`Cannot show ${lines} lines`, { hint: "Use a whole number: alcaide logs -n 50" });
}
