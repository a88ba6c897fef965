// Changes of one server as steps.

import { progressIn } from "../commands/progress.ts";
import { warningsIn } from "../commands/warning.ts";
import { CommandError, StepError } from "../core/error.ts";
import type { Command } from "../core/sh.ts";
import type { Remote } from "../remote/remote.ts";
import type { Change } from "../server/change.ts";
import { runDetached } from "../server/detached.ts";
import type { Context } from "./context.ts";
import { pipeline } from "./pipeline.ts";
import type { ShownStep } from "./show_steps.ts";

/** How the changes of a server are made. */
export interface ChangeOptions {
  /** Lets a script change something only while it may. */
  readonly guard: (change: Change) => Command;
  /** Makes an error of a command that failed. */
  readonly explain: (change: Change, failed: CommandError) => unknown;
}

/** Milliseconds that a change may take: downloads and packages know best how long they need. */
const longest = 24 * 60 * 60_000;

/**
 * Makes changes on one server, one after the other, until one fails. Each has a script of its own: it may take long, and
 * holds a lock that others need.
 */
export async function makeChanges(
  ctx: Context,
  server: Remote,
  changes: readonly Change[],
  { guard, explain }: ChangeOptions,
): Promise<void> {
  const { name } = server;
  const many = ctx.servers.all.length > 1;
  const steps = changes.map((change) => ({
    title: many ? `${name}: ${change.title}` : change.title,
    run: async ({ signal, ui }: Context) => {
      const command = guard(change);
      const onLine = (line: string) => {
        const far = progressIn(line);
        if (far !== undefined) ui.progress(`Download to ${name}`, ...far);
        else if (ui.verbose) ui.line(name, line);
      };
      const options = { signal, timeout: longest, onLine };
      const exit =
        await (change.long ?? change.lock === "setup"
          ? runDetached(server, { command }, { ...options, onLost: tellLost({ ui }, server) })
          : server.exec(command, options));
      if (exit.code !== 0) throw explain(change, new CommandError(name, command.shown, exit));
      for (const text of warningsIn(exit.stdout)) ui.warn(`${name}: ${text}`);
    },
  }));
  try {
    await pipeline(ctx, undefined, steps);
  } catch (error) {
    throw error instanceof StepError ? error.cause : error;
  }
}

/** Says that work goes on though its connection broke. */
export function tellLost({ ui }: Pick<Context, "ui">, { name }: Remote): () => void {
  return () => ui.info(`The connection to ${name} broke: its work goes on there, and is followed again`);
}

/** A change and its script, for people. */
export function shownChange(server: Remote, { title, reason, command }: Change): ShownStep {
  return { title, reason, scripts: new Map([[server.name, [command.shown]]]) };
}
