/**
 * `alcaide accessory`: lists accessories, shows their logs, runs commands in them, starts, stops and removes them.
 *
 * @module
 */

import { type KnownAccessory, recordedJail, treeOf, unfinishedAccessory } from "../lib/server/accessories.ts";
import { chooseServers, serverOption } from "../lib/task/choose_servers.ts";
import { removeAccessory, waitForAccessory } from "../lib/commands/accessory.ts";
import { accessoryCommand } from "../lib/commands/in_jail.ts";
import { startJail, stopJail } from "../lib/commands/jail.ts";
import { underSetupLock } from "../lib/commands/lock.ts";
import { accessoryJail } from "../lib/commands/paths.ts";
import { AlcaideError, UsageError } from "../lib/core/error.ts";
import { type Facts, runs } from "../lib/server/facts.ts";
import { ownFacts } from "../lib/server/own_facts.ts";
import type { Remote } from "../lib/remote/remote.ts";
import { type Servers, servers } from "../lib/remote/servers.ts";
import { type Command, lines } from "../lib/core/sh.ts";
import { survey } from "../lib/server/survey.ts";
import { type Task, task } from "../lib/task/task.ts";
import { didYouMean, list } from "../lib/core/text.ts";
import { accessoryNames, type Completion } from "../lib/task/completion.ts";
import { openConsole } from "../lib/ui/console.ts";
import { accessoriesText, accessoryStatuses } from "../lib/setup/accessory_status.ts";
import { explainSetup } from "../lib/hints/setup.ts";
import { logOptions, readLogOptions, showAccessoryLogs } from "./logs.ts";
import { logHint } from "../lib/setup/accessories.ts";
import { commandOf, passOn } from "./run.ts";
import type { Context } from "../lib/task/context.ts";

const actions = ["list", "logs", "run", "start", "stop", "restart", "remove"] as const;

/** Shows and works on an app's accessories. */
export const accessory: Task = task({
  description: "List accessories, show their logs, run commands in them, start, stop or remove them",
  group: "Look and run",
  args: [
    { name: "action", description: "The action", choices: actions, default: "list" },
    {
      name: "name",
      description: "The accessory's name",
      optional: true,
      complete: (about: Completion) => about.words[0] === "list" ? [] : accessoryNames(about),
    },
    { name: "command", description: "For run: the command, as root in its jail", optional: true, rest: true },
  ],
  options: { server: serverOption, ...logOptions },
  examples: [
    "alcaide accessory list",
    "alcaide accessory logs db -f",
    "alcaide accessory run db -- ls -l /var/db/postgres",
    "alcaide accessory restart cache",
    "alcaide accessory remove cache",
  ],
  run: (ctx) => {
    const [action, name, ...words] = ctx.args as readonly [string, string?, ...string[]];
    return action === "list" ? listAccessories(ctx) : onAccessory(ctx, action, { name, words });
  },
});

/** An accessory on one server. */
interface Found {
  readonly server: Remote;
  readonly facts: Facts;
  readonly record: KnownAccessory;
  /** False for one that setup began and did not finish. */
  readonly finished: boolean;
}

async function listAccessories(ctx: Context): Promise<void> {
  const { app, jail: { basePath } } = ctx.config;
  const all = await chooseServers(ctx, "all").each(async (server) => ({
    server: server.name,
    accessories: accessoryStatuses(
      ctx.config,
      await survey(server, { basePath, health: true, signal: ctx.signal }),
      server.name,
    ),
  }));
  const texts = all.map(({ server, accessories }) =>
    accessories.length === 0
      ? `${server}: ${app} has no accessories`
      : [`${server}:`, ...accessoriesText(accessories)].join("\n")
  );
  ctx.ui.result(all, texts.join("\n"));
}

async function onAccessory(
  ctx: Context,
  action: string,
  { name, words }: { name: string | undefined; words: readonly string[] },
): Promise<void | number> {
  const verb = { logs: "show the logs of", run: "run a command in" }[action] ?? action;
  if (name === undefined) {
    throw new UsageError(`Cannot ${verb} an accessory without its name`, {
      hint: '"alcaide accessory list" names them',
    });
  }
  if (action !== "run" && words.length > 0) {
    throw new UsageError(`Cannot ${verb} more than one accessory at once`, { hint: "Name one" });
  }
  const found = await findAccessory(ctx, name);
  if (action === "logs") return await showLogs(ctx, found);
  if (action === "run") return await runThere(ctx, found, words);
  if (action === "remove") return await remove(ctx, found);
  if (action !== "stop") refuseUnfinished(action, found);
  for (const one of found) await change(ctx, action, one);
  const [first] = found;
  const done = action === "stop" ? "is stopped; setup or a reboot starts it again" : "runs and is well";
  ctx.ui.result(
    found.map(({ server, record }) => ({ server: server.name, accessory: record.name, action })),
    `${first?.record.name} ${done}`,
  );
}

/** The accessory on every server that has it, also one that the configuration no longer names. */
async function findAccessory(ctx: Context, name: string): Promise<Found[]> {
  const { app } = ctx.config;
  const all = [...await ownFacts(ctx, chooseServers(ctx, "all"))].map(([server, facts]) => {
    const record = facts.accessories.get(accessoryJail(app, name));
    const finished = record !== undefined;
    return { server, facts, record: record ?? unfinishedAccessory(ctx.config, name, facts), finished };
  });
  const found = all.filter((one): one is Found => one.record?.app === app);
  if (found.length > 0) return found;
  const configured = Object.hasOwn(ctx.config.accessories, name);
  const known = all.flatMap(({ facts }) =>
    [...facts.accessories.values()].filter((record) => record.app === app).map((record) => record.name)
  );
  throw new AlcaideError(`Cannot find an accessory "${name}" of ${app}`, {
    hint: configured
      ? 'Run "alcaide setup" first'
      : didYouMean(name, [...new Set(known)]) || "The app has none",
  });
}

/** An accessory without a record may lack anything that it needs to run. */
function refuseUnfinished(action: string, found: readonly Found[]): void {
  const half = found.find(({ finished }) => !finished);
  if (half === undefined) return;
  throw new AlcaideError(
    `Cannot ${action} ${half.record.name}: setup did not finish it on ${half.server.name}`,
    {
      hint: `Run "alcaide setup" again, or "alcaide accessory remove ${half.record.name}"`,
    },
  );
}

async function change(ctx: Context, action: string, { server, record }: Found): Promise<void> {
  const jail = recordedJail(record);
  const start = [startJail(jail), waitForAccessory(jail.name, 60_000)];
  const steps: Readonly<Record<string, Command[]>> = {
    start,
    stop: [stopJail(jail)],
    restart: [stopJail(jail), ...start],
  };
  const title = `${action.charAt(0).toUpperCase()}${action.slice(1)} ${record.name}`;
  ctx.ui.step(ctx.servers.all.length > 1 ? `${server.name}: ${title}` : title);
  try {
    await server.run(underSetupLock(lines(...steps[action] ?? [])), { signal: ctx.signal });
  } catch (cause) {
    throw explainSetup(server.name, title, logHint(record.name), cause);
  }
}

async function remove(ctx: Context, found: readonly Found[]): Promise<void> {
  const [first] = found;
  if (first === undefined) return;
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
    await server.run(underSetupLock(removeAccessory(jail, treeOf(jail, facts.dataset))), {
      signal: ctx.signal,
    });
  }
  ctx.ui.result(
    { accessory: record.name, removed: true, kept: data },
    data.length === 0 ? `${record.name} is removed` : `${record.name} is removed. ${kept} on ${where}`,
  );
}

async function showLogs(ctx: Context, found: readonly Found[]): Promise<void> {
  const options = readLogOptions(ctx);
  const there = { ...ctx, servers: servers(found.map(({ server }) => server)) as Servers };
  const jails = new Map(found.map(({ server, record }) => [server, record.jail]));
  await there.servers.each((server) =>
    showAccessoryLogs(there, server, { jail: jails.get(server) ?? "", options })
  );
}

async function runThere(ctx: Context, found: readonly Found[], words: readonly string[]): Promise<number> {
  const command = commandOf(words);
  const [first] = found;
  if (first === undefined) return 0;
  const { server, record, facts } = first;
  if (!runs(facts, record.jail)) {
    throw new AlcaideError(`Cannot run a command in ${record.name}: it does not run`, {
      hint: `Start it with "alcaide accessory start ${record.name}"`,
    });
  }
  using keyboard = openConsole(ctx.ui);
  const exit = await server.exec(accessoryCommand(record.jail, command), {
    signal: ctx.signal,
    ...keyboard.input,
    onData: (chunk, stream) => ctx.ui.output(chunk, stream),
  });
  return passOn(ctx, exit);
}
