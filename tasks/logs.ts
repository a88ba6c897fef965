/**
 * `alcaide logs`: what the app says.
 *
 * @module
 */

import { chooseServers, serverOption } from "../lib/choose_servers.ts";
import { followLog, type LogOptions, showLog } from "../lib/commands/logs.ts";
import { UsageError } from "../lib/error.ts";
import { heartbeat } from "../lib/heartbeat.ts";
import type { Remote } from "../lib/remote.ts";
import { type Context, type Task, task } from "../lib/task.ts";

/** Shows the app's log. */
export const logs: Task = task({
  description: "Show the app's log; with -f also what comes, through restarts and deploys",
  group: "Look and run",
  options: {
    server: serverOption,
    follow: { type: "boolean", short: "f", description: "Go on showing what comes" },
    lines: { type: "number", short: "n", description: "How many of the last lines to show", default: 100 },
    grep: { type: "string", description: "Only lines that match this regular expression" },
  },
  examples: ["alcaide logs -n 20", "alcaide logs -f --grep ERROR"],
  run: showLogs,
});

async function showLogs(ctx: Context): Promise<void> {
  const count = Number(ctx.options["lines"] ?? 100);
  if (!Number.isInteger(count) || count < 0) {
    throw new UsageError(`Cannot show ${ctx.options["lines"]} lines`, {
      hint: "Use a whole number: alcaide logs -n 50",
    });
  }
  const options: LogOptions = { count, grep: ctx.options["grep"] as string | undefined };
  const chosen = chooseServers(ctx, "all");
  const own = { ...ctx, servers: chosen };
  await chosen.each((server) =>
    ctx.options["follow"] === true ? follow(own, server, options) : show(own, server, options)
  );
}

async function show(ctx: Context, server: Remote, options: LogOptions): Promise<void> {
  await server.run(showLog(ctx.config.app, options), {
    signal: ctx.signal,
    onLine: print(ctx, server),
    hint: 'Nothing was deployed yet? Run "alcaide deploy" first',
  });
}

async function follow(ctx: Context, server: Remote, options: LogOptions): Promise<void> {
  const beat = heartbeat(1000);
  try {
    await server.run(followLog(ctx.config.app, options), {
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
    else ctx.ui.output(encoder.encode(`${server.name}: ${line}\n`), "out");
  };
}
