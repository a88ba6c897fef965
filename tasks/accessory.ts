// `alcaide accessory`: lists accessories, shows their logs, runs commands in them, starts, stops, upgrades and removes them.

import { UsageError } from "../lib/core/error.ts";
import { servers } from "../lib/remote/servers.ts";
import type { AccessoriesJson } from "../lib/running/accessory.ts";
import type { ActionJson, RemovedJson } from "../lib/running/accessory_actions.ts";
import type { UpgradedJson } from "../lib/running/accessory_upgrade.ts";
import type { RunJson } from "../lib/running/run.ts";
import { chooseServers } from "../lib/task/choose_servers.ts";
import { logOptions, serverOption } from "../lib/task/common_options.ts";
import { accessoryNames, type Completion } from "../lib/task/completion.ts";
import { type Task, task } from "../lib/task/task.ts";

/** With `--json`: of `list` the servers, of `run` how the command ended, of `logs` nothing: the lines are events. */
export type Json =
  | readonly AccessoriesJson[]
  | readonly ActionJson[]
  | readonly UpgradedJson[]
  | RemovedJson
  | RunJson
  | null;

const actions = ["list", "logs", "run", "start", "stop", "restart", "upgrade", "remove"] as const;

/** Shows and works on an app's accessories. */
export const accessory: Task = task({
  description: "List accessories, show their logs, run commands in them, start, stop, upgrade or remove them",
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
    "alcaide accessory upgrade db",
    "alcaide accessory remove cache",
  ],
  run: async (ctx) => {
    const [action, name, ...words] = ctx.args;
    const chosen = chooseServers(ctx, ctx.options.server, "all");
    const { findAccessory, listAccessories } = await import("../lib/running/accessory.ts");
    if (action === "list") return await listAccessories(ctx, chosen);
    const found = await findAccessory(ctx, chosen, nameOf(action, name, words));
    if (action === "logs") {
      const { showAccessoryLogs } = await import("../lib/running/logs.ts");
      const having = servers(found.map(({ server }) => server));
      return await showAccessoryLogs(ctx, having, found[0].record.jail, ctx.options);
    }
    const about = { what: `accessory ${action}`, about: name, servers: found.map(({ server }) => server) };
    const { recorded } = await import("../lib/task/recorded.ts");
    return await recorded(ctx, about, async (ctx) => {
      if (action === "upgrade") {
        return await (await import("../lib/running/accessory_upgrade.ts")).upgradeFound(ctx, found);
      }
      const actions = await import("../lib/running/accessory_actions.ts");
      if (action === "run") return await actions.runInAccessory(ctx, found, words);
      if (action === "remove") return await actions.removeFound(ctx, found);
      return await actions.changeAccessory(ctx, action, found);
    });
  },
});

function nameOf(
  action: Exclude<typeof actions[number], "list">,
  name: string | undefined,
  words: readonly string[],
): string {
  const verb = { logs: "show the logs of", run: "run a command in" }[action as string] ?? action;
  if (name === undefined) {
    throw new UsageError(`Cannot ${verb} an accessory without its name`, {
      hint: '"alcaide accessory list" names them',
    });
  }
  if (action === "run" || words.length === 0) return name;
  throw new UsageError(`Cannot ${verb} more than one accessory at once`, { hint: "Name one" });
}
