// `alcaide setup`: prepares servers, and changes nothing on those that are prepared.

import { wholeConfig } from "../lib/config/field/missing.ts";
import type { SetupJson } from "../lib/setup/prepare.ts";
import { takeOverOption } from "../lib/task/common_options.ts";
import { type Task, task } from "../lib/task/task.ts";

/** With `--json`: the servers. */
export type Json = readonly SetupJson[];

/** Prepares the servers: base system, network, Caddy, boot script, accessories. */
export const setup: Task = task({
  description: "Prepare the servers: base system, network, Caddy, boot script, accessories",
  group: "Begin",
  args: [],
  options: {
    plan: { type: "boolean", description: "Print what is missing and stop" },
    "take-over": takeOverOption,
  },
  run: async (bare) => {
    wholeConfig(bare.config);
    const [{ planServers, prepareServers, tellSetup }, { warnOfModule }, { withSecrets }] = await Promise.all(
      [
        import("../lib/setup/prepare.ts"),
        import("../lib/deploy/jail_build.ts"),
        import("../lib/task/with_secrets.ts"),
      ],
    );
    // Passwords of accessories; without one no key is asked for.
    const ctx = await withSecrets(bare, ["accessories"]);
    const { plan: planOnly, "take-over": takeOver } = ctx.options;
    const plans = await planServers(ctx, takeOver);
    if (!planOnly) await prepareServers(ctx, plans);
    for (const [server, { advice }] of plans) {
      for (const text of advice) ctx.ui.warn(`${server.name}: ${text}`);
    }
    await warnOfModule(ctx);
    tellSetup(ctx, plans, planOnly);
  },
});
