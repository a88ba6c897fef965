// `alcaide doctor`: looks at servers and this machine for what would stop a deploy or an app, and changes nothing.

import { wholeConfig } from "../lib/config/field/missing.ts";
import type { DoctorJson } from "../lib/doctor/examine.ts";
import { serverOption } from "../lib/task/common_options.ts";
import { type Task, task } from "../lib/task/task.ts";

/** With `--json`: the findings. */
export type Json = DoctorJson;

/** Looks for what would stop a deploy or an app. */
export const doctor: Task = task({
  description: "Look for what would stop a deploy or the app, with remedies; change nothing",
  group: "Look and run",
  args: [],
  options: {
    server: serverOption,
    strict: { type: "boolean", description: "Fail also for warnings and for what is unknown" },
  },
  examples: ["alcaide doctor", "alcaide doctor --json --strict"],
  run: async (ctx) => {
    wholeConfig(ctx.config);
    const { server, strict } = ctx.options;
    const { examine } = await import("../lib/doctor/examine.ts");
    return await examine(ctx, { strict, ...server === undefined ? {} : { server } });
  },
});
