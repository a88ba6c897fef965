/**
 * Changes of one server as steps.
 *
 * @module
 */

import { CommandError, StepError } from "../core/error.ts";
import type { Command } from "../core/sh.ts";
import type { Remote } from "../remote/remote.ts";
import { servers } from "../remote/servers.ts";
import type { Change } from "../server/change.ts";
import type { Context } from "./context.ts";
import type { ShownStep } from "./show_steps.ts";
import { joinScripts, scripted, type ServersPlan, type ServerStep } from "./join_scripts.ts";
import { pipeline } from "./pipeline.ts";

type ChangeStep = ServerStep<Pick<Context, "servers" | "ui" | "signal">, ServersPlan<string>, string>;

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
  const many = ctx.servers.all.length > 1;
  const steps = changes.map((change): ChangeStep =>
    scripted((_, script) => script, {
      title: many ? `${server.name}: ${change.title}` : change.title,
      reason: change.reason,
      barrier: true,
      script: () => [{
        script: guard(change),
        timeout: longest,
        explain: (exit) => explain(change, new CommandError(server.name, guard(change).shown, exit)),
      }],
    })
  );
  const alone = { ui: ctx.ui, signal: ctx.signal, servers: servers([server]) };
  try {
    await pipeline(
      alone,
      { servers: new Map([[server, server.name]]) },
      steps,
      joinScripts((_, script) => script),
    );
  } catch (error) {
    throw error instanceof StepError ? error.cause : error;
  }
}

/** A change and its script, for people. */
export function shownChange(server: Remote, { title, reason, command }: Change): ShownStep {
  return { title, reason, scripts: new Map([[server.name, [command.shown]]]) };
}
