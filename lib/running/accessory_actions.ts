// Actions on an accessory: it is started, stopped, removed, a command run in it.

import { removeAccessory, waitForAccessory } from "../commands/accessory/accessory.ts";
import { removeUpgrade } from "../commands/accessory/upgrade.ts";
import { accessoryCommand } from "../commands/jail/in_jail.ts";
import { startJail, stopJail } from "../commands/jail/jail.ts";
import { treeOf } from "../commands/jail/tree.ts";
import { underSetupLock } from "../commands/lock.ts";
import { AlcaideError } from "../core/error.ts";
import { script } from "../core/script.ts";
import type { Command } from "../core/sh.ts";
import { list } from "../core/text.ts";
import { explainSetup } from "../hints/setup.ts";
import { recordedJail } from "../server/accessories.ts";
import { runs } from "../server/facts.ts";
import { logHint } from "../setup/accessories.ts";
import type { Context } from "../task/context.ts";
import type { Found } from "./accessory.ts";
import { commandOf, execHere } from "./run.ts";

/** Actions that make an accessory run or not. */
export type Change = "start" | "stop" | "restart";

/** With `start`, `stop` and `restart`: an accessory on a server. */
export interface ActionJson {
  readonly server: string;
  readonly accessory: string;
  readonly action: Change;
}

/** With `remove`. */
export interface RemovedJson {
  readonly accessory: string;
  readonly removed: true;
  /** Host directories with its data, which stay. */
  readonly kept: readonly string[];
}

/** An accessory on every server that has it. */
type AllFound = readonly [Found, ...Found[]];

/**
 * Starts, stops or restarts an accessory.
 *
 * @throws {AlcaideError} when setup did not finish it, unless it is to be stopped
 */
export async function changeAccessory(ctx: Context, action: Change, found: AllFound): Promise<void> {
  if (action !== "stop") refuseUnfinished(action, found);
  for (const one of found) await change(ctx, action, one);
  const done = action === "stop" ? "is stopped; setup or a reboot starts it again" : "runs and is well";
  ctx.ui.result(
    found.map(({ server, record }) =>
      ({ server: server.name, accessory: record.name, action }) satisfies ActionJson
    ),
    `${found[0].record.name} ${done}`,
  );
}

/** An accessory without a record may lack anything that it needs to run. */
function refuseUnfinished(action: string, found: AllFound): void {
  const half = found.find(({ finished }) => !finished);
  if (half === undefined) return;
  throw new AlcaideError(
    `Cannot ${action} ${half.record.name}: setup did not finish it on ${half.server.name}`,
    {
      hint: `Run "alcaide setup" again, or "alcaide accessory remove ${half.record.name}"`,
    },
  );
}

async function change(ctx: Context, action: Change, { server, record }: Found): Promise<void> {
  const jail = recordedJail(record);
  const start = [startJail(jail), waitForAccessory(jail.name, 60_000)];
  const steps: Readonly<Record<Change, Command[]>> = {
    start,
    stop: [stopJail(jail)],
    restart: [stopJail(jail), ...start],
  };
  const title = `${action.charAt(0).toUpperCase()}${action.slice(1)} ${record.name}`;
  ctx.ui.step(ctx.servers.all.length > 1 ? `${server.name}: ${title}` : title);
  try {
    await server.run(underSetupLock(script(...steps[action])), { signal: ctx.signal });
  } catch (cause) {
    throw explainSetup(server.name, title, logHint(record.name), cause);
  }
}

/**
 * Removes an accessory after a yes; its volumes stay.
 *
 * @throws {AlcaideError} without a yes
 */
export async function removeFound(ctx: Context, found: AllFound): Promise<void> {
  const [first] = found;
  const { record } = first;
  const data = record.volumes.map((volume) => volume.split(":")[0] ?? "");
  const kept = data.length > 0
    ? `Its data stays in ${list(data)}`
    : first.finished
    ? "It has no volume, so its data is lost"
    : "Volumes stay where they are";
  const where = list(found.map(({ server }) => server.name));
  const yes = await ctx.confirm(
    `Remove ${record.name} (${record.kind}) of ${record.app} on ${where}? ${kept}`,
  );
  if (!yes) {
    throw new AlcaideError(`Cannot remove ${record.name} without a yes`, {
      hint: "Answer yes at a terminal, or use --yes",
    });
  }
  for (const { server, facts, record } of found) {
    ctx.ui.step(`Remove ${record.name} on ${server.name}`);
    const jail = recordedJail(record);
    const tree = treeOf(jail, facts);
    const command = underSetupLock(script(removeUpgrade(jail, tree), removeAccessory(jail, tree)));
    await server.run(command, { signal: ctx.signal });
  }
  ctx.ui.result(
    { accessory: record.name, removed: true, kept: data } satisfies RemovedJson,
    data.length === 0 ? `${record.name} is removed` : `${record.name} is removed. ${kept} on ${where}`,
  );
}

/**
 * Runs a command in an accessory's jail on the first server that has it, and gives its exit status.
 *
 * @throws {AlcaideError} when the jail does not run
 */
export async function runInAccessory(
  ctx: Context,
  [{ server, record, facts }]: AllFound,
  words: readonly string[],
): Promise<number> {
  const command = commandOf(words);
  if (!runs(facts, record.jail)) {
    throw new AlcaideError(`Cannot run a command in ${record.name}: it does not run`, {
      hint: `Start it with "alcaide accessory start ${record.name}"`,
    });
  }
  return await execHere(ctx, server, accessoryCommand(record.jail, command));
}
