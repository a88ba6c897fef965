// `alcaide console`: the app's own console in the live jail, such as IEx.

import { chooseServers } from "../lib/task/choose_servers.ts";
import { serverOption } from "../lib/task/common_options.ts";
import { AlcaideError, UsageError } from "../lib/core/error.ts";
import { raw } from "../lib/core/sh.ts";
import { type Task, task } from "../lib/task/task.ts";
import type { RunJson } from "../lib/running/run.ts";

/** With `--json`: how it ended. */
export type Json = RunJson;

/** Opens the app's console; what it is, `console` of the configuration says. */
export const console: Task = task({
  description: "Open the app's console in the live jail: the command in the field console",
  group: "Look and run",
  args: [],
  options: { server: serverOption },
  examples: ["alcaide console"],
  run: async (ctx) => {
    const { console: command } = ctx.config;
    if (command === undefined) {
      throw new AlcaideError("Cannot open a console: the configuration names none", {
        hint: 'Set console to a command, such as "bin/shop remote"; phoenix() and elixir() bring one',
      });
    }
    const chosen = chooseServers(ctx, ctx.options.server, "first");
    if (chosen.all.length > 1) {
      throw new UsageError("Cannot open a console on several servers at once", {
        hint: "Choose one with --server NAME",
      });
    }
    return await (await import("../lib/running/run.ts")).runConsole(ctx, chosen, raw(command));
  },
});
