// Changes of servers as steps.

import { progressIn } from "../commands/progress.ts";
import { warningsIn } from "../commands/warning.ts";
import { CommandError } from "../core/error.ts";
import type { Command } from "../core/sh.ts";
import { list } from "../core/text.ts";
import type { Remote } from "../remote/remote.ts";
import { ServersError } from "../remote/servers.ts";
import type { Change } from "../server/change.ts";
import { runDetached } from "../server/detached.ts";
import type { Context } from "./context.ts";
import type { ShownStep } from "./show_steps.ts";

/** How changes are made. */
export interface ChangeOptions {
  /** Lets a script change something only while it may. */
  readonly guard: (change: Change, server: Remote) => Command;
  /** Makes an error of a command that failed. */
  readonly explain: (change: Change, failed: CommandError, server: Remote) => unknown;
}

/** The changes of servers, each in their order. */
export type ServerChanges = ReadonlyMap<Remote, readonly Change[]>;

/** Milliseconds that a change may take: downloads and packages know best how long they need. */
const longest = 24 * 60 * 60_000;

/**
 * Makes changes: the same one on all servers that lack it at once, then the next. A server on which one fails gets no more. Each has
 * a script of its own: it may take long, and holds a lock that others need.
 *
 * @throws what failed on the only server that failed, or {@linkcode ServersError}
 */
export async function makeChanges(ctx: Context, all: ServerChanges, options: ChangeOptions): Promise<void> {
  const { ui, signal } = ctx;
  const failures = new Map<string, unknown>();
  for (const { title, changes } of inSteps(all)) {
    const able = [...changes].filter(([{ name }]) => !failures.has(name));
    if (able.length === 0) continue;
    const step = stepTitle(ctx, title, able.map(([{ name }]) => name));
    const begins = !signal.aborted;
    if (begins) ui.step(step);
    const before = failures.size;
    await Promise.all(able.map(async ([server, change]) => {
      ui.server?.(server.name, true);
      try {
        signal.throwIfAborted();
        await makeOne(ctx, server, change, options);
      } catch (error) {
        failures.set(server.name, error);
      }
      ui.server?.(server.name, false);
    }));
    if (begins && failures.size > before) ui.failed(step);
  }
  if (failures.size === 1) throw [...failures.values()][0];
  if (failures.size > 1) throw new ServersError(failures);
}

/** Changes of the same title side by side, as far as that keeps the order of each server. */
function inSteps(all: ServerChanges): { title: string; changes: Map<Remote, Change> }[] {
  const steps: { title: string; changes: Map<Remote, Change> }[] = [];
  for (const [server, changes] of all) {
    let at = 0;
    for (const change of changes) {
      const { title } = change;
      const found = steps.findIndex((step, index) => index >= at && step.title === title);
      if (found < 0) steps.splice(at, 0, { title, changes: new Map() });
      else at = found;
      steps[at]?.changes.set(server, change);
      at += 1;
    }
  }
  return steps;
}

/** The title says where, unless it is everywhere. */
function stepTitle({ servers: { all } }: Context, title: string, names: readonly string[]): string {
  if (names.length === all.length) return title;
  return `${names.length > 3 ? `${names.length} servers` : list(names)}: ${title}`;
}

async function makeOne(
  { ui, signal }: Context,
  server: Remote,
  change: Change,
  { guard, explain }: ChangeOptions,
): Promise<void> {
  const { name } = server;
  const command = guard(change, server);
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
  if (exit.code !== 0) throw explain(change, new CommandError(name, command.shown, exit), server);
  for (const text of warningsIn(exit.stdout)) ui.warn(`${name}: ${text}`);
}

/** Says that work goes on though its connection broke. */
export function tellLost({ ui }: Pick<Context, "ui">, { name }: Remote): () => void {
  return () => ui.info(`The connection to ${name} broke: its work goes on there, and is followed again`);
}

/** A change and its script, for people. */
export function shownChange(server: Remote, { title, reason, command }: Change): ShownStep {
  return { title, reason, scripts: new Map([[server.name, [command.shown]]]) };
}
