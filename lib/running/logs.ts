/**
 * Logs of the app and of accessories.
 *
 * @module
 */

import {
  badExpression,
  followAccessoryLog,
  followLog,
  type LogOptions,
  showAccessoryLog,
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
  const [options, { app }] = [readLines(asked), ctx.config];
  await read(ctx, chosen, asked, {
    command: asked.follow ? followLog(app, options) : showLog(app, options),
    hint: 'Nothing was deployed yet? Run "alcaide deploy" first',
  });
}

/** Shows the log of the accessory in a jail on some servers. */
export async function showAccessoryLogs(
  ctx: Context,
  chosen: Servers,
  jail: string,
  asked: AskedLines,
): Promise<void> {
  const options = readLines(asked);
  await read(ctx, chosen, asked, {
    command: asked.follow ? followAccessoryLog(jail, options) : showAccessoryLog(jail, options),
    hint: "It has written nothing yet",
  });
}

/** A log to read. */
interface Log {
  /** Shows it. */
  readonly command: Command;
  /** Advice for when there is none. */
  readonly hint: string;
}

/** Reads a log on several servers at once: the lines of one stand alone, with more each bears its server's name. */
async function read({ ui, signal }: Context, chosen: Servers, asked: AskedLines, log: Log): Promise<void> {
  await chosen.each((server) =>
    readOn(server, asked, log, {
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
  { follow, grep }: AskedLines,
  { command, hint }: Log,
  options: RunOptions,
): Promise<void> {
  try {
    if (follow) await followOn(server, command, options);
    else await server.run(command, { ...options, hint });
  } catch (error) {
    if (grep === undefined || !(error instanceof CommandError) || error.exit.code !== badExpression) {
      throw error;
    }
    throw new UsageError(`Cannot understand the expression "${grep}"`, {
      details: error.details,
      hint: "It is a basic regular expression, as in grep: put a backslash before a literal [ or *",
    });
  }
}

async function followOn(server: Remote, command: Command, options: RunOptions): Promise<void> {
  const beat = heartbeat(1000);
  try {
    await server.run(command, { ...options, stdin: beat.stream });
  } finally {
    beat.end();
  }
}

function readLines({ lines, grep }: AskedLines): LogOptions {
  if (Number.isInteger(lines) && lines >= 0) return { count: lines, grep };
  throw new UsageError(`Cannot show ${lines} lines`, { hint: "Use a whole number: alcaide logs -n 50" });
}
