/**
 * Commands in the live jail, as the app's user, with its environment and directory.
 *
 * @module
 */

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

/** Runs a command on one server with our terminal or standard input, or on several at once; gives its exit status. */
export async function runOn(ctx: Context, chosen: Servers, command: Command): Promise<number> {
  if (chosen.all.length > 1) {
    const statuses = await chosen.each((server) => runThere(ctx, server, command));
    const servers = chosen.all.map(({ name }, index) => ({ server: name, status: statuses[index] }));
    const status = Math.max(...statuses);
    ctx.ui.result({ status, servers }, "");
    return status;
  }
  return await runWithInput(ctx, chosen.first, command);
}

/** Runs a command in the live jail of a server, with our terminal or standard input; gives its exit status. */
export async function runWithInput(ctx: Context, server: Remote, command: Command): Promise<number> {
  const app = await routedApp(ctx, server);
  using keyboard = openConsole(ctx.ui);
  const spec = { app: ctx.config.app, release: app.release, jail: app.jail };
  const exit = await server.exec(asApp(spec, command), {
    signal: ctx.signal,
    ...keyboard.input,
    onData: (chunk, stream) => ctx.ui.output(chunk, stream),
  });
  return passOn(ctx, exit);
}

/** Makes a command's status the task's own, and with `--json` its result. */
export function passOn({ ui }: Pick<Context, "ui">, exit: Exit): number {
  const status = exitStatus(exit);
  ui.result({ status }, "");
  return status;
}

/** On several servers at once there is no terminal and no input; each line bears its server's name. */
async function runThere(ctx: Context, server: Remote, command: Command): Promise<number> {
  const app = await routedApp(ctx, server);
  const spec = { app: ctx.config.app, release: app.release, jail: app.jail };
  const exit = await server.exec(asApp(spec, command), {
    signal: ctx.signal,
    onLine: (line, stream, bytes) => ctx.ui.output(lineBytes(line, bytes), stream, server.name),
  });
  return exitStatus(exit);
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
