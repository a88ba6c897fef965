// `alcaide config`: the configuration as the program understands it.

import { type Task, task } from "../lib/task/task.ts";
import type { Config } from "../lib/config/field/types.ts";

/** With `--json`: the configuration, with all defaults; secrets are masked, and functions left out. */
export type Json = Config;

/** Prints the resolved configuration; secrets are masked. */
export const config: Task = task({
  description: "Show the configuration with all defaults; secrets are masked",
  group: "Begin",
  args: [],
  examples: ["alcaide config", "alcaide config -e staging --json"],
  run: async (ctx) => {
    const [{ showConfig }, { warnOfUrls }] = await Promise.all([
      import("../lib/config/show.ts"),
      import("../lib/task/with_secrets.ts"),
    ]);
    warnOfUrls(ctx, ctx.config);
    const { value, text } = showConfig(ctx.config);
    ctx.ui.result(value, text);
  },
});
