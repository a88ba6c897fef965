// `alcaide history`: what was done to the app, by whom, and how it ended.

import type { History } from "../lib/server/history.ts";
import { chooseServers } from "../lib/task/choose_servers.ts";
import { serverOption } from "../lib/task/common_options.ts";
import { type Task, task } from "../lib/task/task.ts";

/** With `--json`. */
export type Json = History;

/** Shows what was done. */
export const history: Task = task({
  description: "Show what was done to the app: deploys, rollbacks, commands, by whom, how it ended",
  group: "Look and run",
  args: [],
  options: {
    server: serverOption,
    since: { type: "string", description: "Only what began since then: 10m, 2h, 7d" },
    lines: {
      type: "number",
      short: "n",
      description: "Number of last actions to show: 30, or with --since all",
    },
    app: { type: "string", description: "Another app on these servers, also one that was destroyed" },
  },
  examples: ["alcaide history", "alcaide history --since 2d", "alcaide --json history -n 500"],
  run: async (ctx) => {
    const { showHistory } = await import("../lib/running/history.ts");
    return await showHistory(ctx, chooseServers(ctx, ctx.options.server, "all"), ctx.options);
  },
});
