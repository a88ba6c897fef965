// `alcaide run`: a command in the live jail, as the app's user, with its environment and directory.

import { commandOf, runOn } from "../lib/running/run.ts";
import { chooseServers, serverOption } from "../lib/task/choose_servers.ts";
import { type Task, task } from "../lib/task/task.ts";

/** Runs a command where the app runs. */
export const run: Task = task({
  description: "Run a command in the live jail, as the app's user with its environment",
  group: "Look and run",
  args: [{ name: "command", description: "The command: one text for the shell, or words", rest: true }],
  options: { server: serverOption },
  examples: ["alcaide run bin/shop version", 'alcaide run "ls -l | head"'],
  passthrough: true,
  run: (ctx) => {
    const command = commandOf(ctx.args);
    return runOn(ctx, chooseServers(ctx, ctx.options.server, "first"), command);
  },
});
