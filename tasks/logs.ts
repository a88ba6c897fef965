/**
 * `alcaide logs`: what the app says.
 *
 * @module
 */

import { chooseServers, serverOption } from "../lib/task/choose_servers.ts";
import {
  badExpression,
  followAccessoryLog,
  followLog,
  type LogOptions,
  showAccessoryLog,
  showLog,
} from "../lib/commands/logs.ts";
import { CommandError, UsageError } from "../lib/core/error.ts";
import { lineBytes } from "../lib/ui/utf8.ts";
import { heartbeat } from "../lib/remote/heartbeat.ts";
import type { Remote } from "../lib/remote/remote.ts";
import type { Command } from "../lib/core/sh.ts";
import { type Task, task, type TaskOption } from "../lib/task/task.ts";
import type { ExecOptions } from "../lib/transport/mod.ts";
import type { Context } from "../lib/task/context.ts";

/** The lines of a log to show. */
export const logOptions = {
  follow: { type: "boolean", short: "f", description: "Follow the log: show new lines as they come" },
  lines: { type: "number", short: "n", description: "Number of last lines to show", default: 100 },
  grep: { type: "string", description: "Only lines that match this regular expression" },
} as const satisfies Readonly<Record<string, TaskOption>>;

/** Shows the app's log. */
export const logs: Task = task({
  description: "Show the app's log; -f follows it through restarts and deploys",
  group: "Look and run",
  args: [],
  options: { server: serverOption, ...logOptions },
  examples: ["alcaide logs -n 20", "alcaide logs -f --grep ERROR"],
  run: showLogs,
});

async function showLogs(ctx: Context): Promise<void> {
  const options = readLogOptions(ctx);
  const { app } = ctx.config;
  const chosen = chooseServers(ctx, "all");
  const there = { ...ctx, servers: chosen };
  const log = {
    shown: showLog(app, options),
    followed: followLog(app, options),
    hint: 'Nothing was deployed yet? Run "alcaide deploy" first',
  };
  await chosen.each((server) => read(there, server, { ...log, grep: options.grep }));
}

/** Shows the log of an accessory. */
export async function showAccessoryLogs(
  ctx: Context,
  server: Remote,
  { jail, options }: { jail: string; options: LogOptions },
): Promise<void> {
  await read(ctx, server, {
    shown: showAccessoryLog(jail, options),
    followed: followAccessoryLog(jail, options),
    hint: "It has written nothing yet",
    grep: options.grep,
  });
}

/** A log to read. */
interface Log extends Pick<LogOptions, "grep"> {
  /** Shows what is there. */
  readonly shown: Command;
  /** Shows what comes, too. */
  readonly followed: Command;
  /** Advice for when there is none. */
  readonly hint: string;
}

/** Reads a log; an expression that the server's grep doesn't understand is the user's mistake. */
async function read(ctx: Context, server: Remote, { shown, followed, hint, grep }: Log): Promise<void> {
  try {
    if (ctx.options["follow"] === true) await follow(ctx, server, followed);
    else await server.run(shown, { signal: ctx.signal, onLine: print(ctx, server), hint });
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

/**
 * Reads which lines of a log to show.
 *
 * @throws {UsageError} when that is no number of lines
 */
export function readLogOptions(ctx: Pick<Context, "options">): LogOptions {
  const count = Number(ctx.options["lines"] ?? 100);
  if (!Number.isInteger(count) || count < 0) {
    throw new UsageError(`Cannot show ${ctx.options["lines"]} lines`, {
      hint: "Use a whole number: alcaide logs -n 50",
    });
  }
  return { count, grep: ctx.options["grep"] as string | undefined };
}

async function follow(ctx: Context, server: Remote, command: Command): Promise<void> {
  const beat = heartbeat(1000);
  try {
    await server.run(command, {
      signal: ctx.signal,
      stdin: beat.stream,
      onLine: print(ctx, server),
    });
  } finally {
    beat.end();
  }
}

/** One server's lines stand alone; with several, each bears its name. */
function print(ctx: Context, server: Remote): Required<ExecOptions>["onLine"] {
  const source = ctx.servers.all.length === 1 ? undefined : server.name;
  return (line, stream, bytes) => {
    if (stream === "err") ctx.ui.line(server.name, line);
    else ctx.ui.output(lineBytes(line, bytes), "out", source);
  };
}
