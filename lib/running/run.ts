// Commands in the live jail, as the app's user, with its environment and directory.

import { asApp } from "../commands/app/app.ts";
import { routedApp } from "../server/routed.ts";
import { type Exit, UsageError } from "../core/error.ts";
import type { Remote } from "../remote/remote.ts";
import type { Servers } from "../remote/servers.ts";
import { type Command, raw, sh } from "../core/sh.ts";
import { signalNumber } from "../core/text.ts";
import { openConsole } from "../ui/console.ts";
import { lineBytes } from "../ui/utf8.ts";
import type { Context } from "../task/context.ts";
import { recorded } from "../task/recorded.ts";

/** How a command ended. */
export interface RunJson {
  /** Its exit status; of several servers the highest. */
  readonly status: number;
  /** The status on each server, where several ran it. */
  readonly servers?: readonly { readonly server: string; readonly status: number }[];
}

/** Runs a command on one server with our terminal or standard input, or on several at once; gives its exit status. */
export function runOn(ctx: Context, chosen: Servers, command: Command): Promise<number> {
  const action = { what: "run", about: programOf(command), servers: chosen.all };
  return recorded(ctx, action, (ctx) => run(ctx, chosen, command));
}

/** The program of a command: its arguments, and the variables before it, may be secrets. */
export function programOf({ shown }: Command): string {
  const [first = ""] = shown.replace(/^exec /, "").split(/\s/);
  return /^[\w./-]{1,100}$/.test(first) ? first : "…";
}

async function run(ctx: Context, chosen: Servers, command: Command): Promise<number> {
  if (chosen.all.length === 1) return await runWithInput(ctx, chosen.first, command);
  // There is no terminal and no input; each line bears its server's name.
  const statuses = await chosen.each(async (server) =>
    exitStatus(
      await server.exec(await inApp(ctx, server, command), {
        signal: ctx.signal,
        onLine: (line, stream, bytes) => ctx.ui.output(lineBytes(line, bytes), stream, server.name),
      }),
    )
  );
  const servers = chosen.all.map(({ name }, index) => ({ server: name, status: statuses[index] ?? 0 }));
  const status = Math.max(...statuses);
  ctx.ui.result({ status, servers } satisfies RunJson, "");
  return status;
}

/** Runs the app's console in the live jail of a server. */
export function runConsole(ctx: Context, chosen: Servers, command: Command): Promise<number> {
  const action = { what: "console", servers: chosen.all };
  return recorded(ctx, action, (ctx) => runWithInput(ctx, chosen.first, command));
}

/** Runs a command in the live jail of a server, with our terminal or standard input; gives its exit status. */
async function runWithInput(ctx: Context, server: Remote, command: Command): Promise<number> {
  return await execHere(ctx, server, await inApp(ctx, server, command));
}

/** The command in the live jail, as the app's user with its environment. */
async function inApp(ctx: Context, server: Remote, command: Command): Promise<Command> {
  const { release, jail } = await routedApp(ctx, server);
  return asApp({ app: ctx.config.app, release, jail }, command);
}

/** Runs a command with our terminal or standard input; its status becomes the task's own and, with `--json`, its result. */
export async function execHere(ctx: Context, server: Remote, command: Command): Promise<number> {
  using keyboard = openConsole(ctx.ui);
  const exit = await server.exec(command, {
    signal: ctx.signal,
    ...keyboard.input,
    onData: (chunk, stream) => ctx.ui.output(chunk, stream),
  });
  const status = exitStatus(exit);
  ctx.ui.result({ status } satisfies RunJson, "");
  return status;
}

/** One argument is text for the shell, several are words. */
export function commandOf(args: readonly string[]): Command {
  const [first, ...more] = args;
  if (first === undefined || first.trim() === "") {
    throw new UsageError("Nothing to run: give a command", {
      hint: "For example: alcaide run bin/shop version",
    });
  }
  return more.length === 0 ? raw(first) : sh`exec ${args}`;
}

/** The status to pass on; 128 and the signal's number when one killed the command, as a shell says it. */
export function exitStatus(exit: Exit): number {
  if (exit.code !== null) return exit.code;
  return exit.signal === undefined ? 255 : 128 + signalNumber(exit.signal);
}
