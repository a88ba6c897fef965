// `alcaide lock`: who deploys, and taking the lock away from who doesn't any more.

import type { LockJson, ReleasedJson } from "../lib/running/lock.ts";
import { type Task, task } from "../lib/task/task.ts";

/** With `--json`: of `status` the servers. */
export type Json = readonly LockJson[] | ReleasedJson;

/** Shows or releases the app's lock. */
export const lock: Task = task({
  description: "Show the holder of the app's lock, or take the lock away: lock status, lock release",
  group: "Deploy",
  args: [{ name: "action", description: "The action", choices: ["status", "release"], default: "status" }],
  examples: ["alcaide lock status", "alcaide lock release"],
  run: async (ctx) => {
    const { releaseLocks, showLocks } = await import("../lib/running/lock.ts");
    await (ctx.args[0] === "release" ? releaseLocks(ctx) : showLocks(ctx));
  },
});
