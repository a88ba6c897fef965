// `alcaide run`: a command in the live jail, as the app's user, with its environment and directory.

import { UsageError } from "../lib/core/error.ts";
import type { DetachedJson } from "../lib/running/detached_run.ts";
import type { RunJson } from "../lib/running/run.ts";
import { chooseServers } from "../lib/task/choose_servers.ts";
import { serverOption } from "../lib/task/common_options.ts";
import { type Task, task } from "../lib/task/task.ts";

/** With `--json`: how the command ended. */
export type Json = RunJson | DetachedJson;

/** Runs a command where the app runs. */
export const run: Task = task({
  description: "Run a command in the live jail, as the app's user with its environment",
  group: "Look and run",
  args: [{
    name: "command",
    description: "The command: one text for the shell, or words",
    rest: true,
    optional: true,
  }],
  options: {
    server: serverOption,
    detach: {
      type: "boolean",
      description: "Begin it and print its id: it needs no connection, and ends with its release",
    },
    attach: {
      type: "string",
      description: "Show the output of the detached command with this id, until it ends",
    },
  },
  examples: [
    "alcaide run bin/shop version",
    'alcaide run "ls -l | head"',
    "alcaide run --detach bin/shop import",
    "alcaide run --attach 1a2b3c4d",
  ],
  passthrough: true,
  run: async (ctx) => {
    const { args, options: { server, detach, attach: id } } = ctx;
    const [{ commandOf, runOn }, { attach, beginDetached }] = await Promise.all([
      import("../lib/running/run.ts"),
      import("../lib/running/detached_run.ts"),
    ]);
    if (id === undefined) {
      const [command, chosen] = [commandOf(args), chooseServers(ctx, server, "first")];
      return await (detach ? beginDetached(ctx, chosen, command) : runOn(ctx, chosen, command));
    }
    if (detach || args.length > 0) {
      throw new UsageError(`Cannot attach and ${detach ? "detach" : "run a command"} at once`, {
        hint: `Leave out ${detach ? "--detach" : "the command"}: alcaide run --attach ${id}`,
      });
    }
    return await attach(ctx, chooseServers(ctx, server, "all"), id);
  },
});
