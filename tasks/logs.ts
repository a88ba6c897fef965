/**
 * `alcaide logs`: what the app says.
 *
 * @module
 */

import { chooseServers, serverOption } from "../lib/choose_servers.ts";
import {
  badExpression,
  followAccessoryLog,
  followLog,
  type LogOptions,
  showAccessoryLog,
  showLog,
} from "../lib/commands/logs.ts";
import { CommandError, UsageError } from "../lib/error.ts";
import { heartbeat } from "../lib/heartbeat.ts";
import type { Remote } from "../lib/remote.ts";
import type { Command } from "../lib/sh.ts";
import { type Context, type Task, task, type TaskOption } from "../lib/task.ts";

/** Which lines of a log to show. */
export const logOptions = {
  follow: { type: "boolean", short: "f", description: "Go on showing what comes" },
  lines: { type: "number", short: "n", description: "How many of the last lines to show", default: 100 },
  grep: { type: "string", description: "Only lines that match this regular expression" },
} as const satisfies Readonly<Record<string, TaskOption>>;

/** Shows the app's log. */
export const logs: Task = task({
  description: "Show the app's log; with -f also what comes, through restarts and deploys",
  group: "Look and run",
  options: { server: serverOption, ...logOptions },
  examples: ["alcaide logs -n 20", "alcaide logs -f --grep ERROR"],
  run: showLogs,
});

async function showLogs(ctx: Context): Promise<void> {
  const options = readLogOptions(ctx);
  const { app } = ctx.config;
  const chosen = chooseServers(ctx, "all");
  const own = { ...ctx, servers: chosen };
  const hint = 'Nothing was deployed yet? Run "alcaide deploy" first';
  await chosen.each((server) =>
    read(
      options,
      () =>
        ctx.options["follow"] === true
          ? follow(own, server, followLog(app, options))
          : show(own, server, showLog(app, options), hint),
    )
  );
}

/** Shows the log of an accessory. */
export async function showAccessoryLogs(
  ctx: Context,
  server: Remote,
  { jail, options }: { jail: string; options: LogOptions },
): Promise<void> {
  const hint = "It has written nothing yet";
  await read(
    options,
    () =>
      ctx.options["follow"] === true
        ? follow(ctx, server, followAccessoryLog(jail, options))
        : show(ctx, server, showAccessoryLog(jail, options), hint),
  );
}

/** Reads a log; an expression that the server's grep doesn't understand is the user's mistake. */
async function read({ grep }: LogOptions, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (grep === undefined || !(error instanceof CommandError) || error.exit.code !== badExpression) {
      throw error;
    }
    throw new UsageError(`Cannot understand the expression "${grep}"`, {
      details: error.details,
      hint: "It is a basic one, as of grep: put a backslash before [ and * that stand for themselves",
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

async function show(ctx: Context, server: Remote, command: Command, hint: string): Promise<void> {
  await server.run(command, { signal: ctx.signal, onLine: print(ctx, server), hint });
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
function print(ctx: Context, server: Remote): (line: string, stream: "out" | "err") => void {
  const encoder = new TextEncoder();
  return (line, stream) => {
    if (stream === "err") ctx.ui.line(server.name, line);
    else if (ctx.servers.all.length === 1) ctx.ui.output(encoder.encode(`${line}\n`), "out");
    else ctx.ui.output(encoder.encode(`${line}\n`), "out", server.name);
  };
}
