// `alcaide db`: a console of the app's database, a dump of it in a file here, and what a dump holds put back.

import { UsageError } from "../lib/core/error.ts";
import { databaseOptions } from "../lib/database/options.ts";
import { type Task, task } from "../lib/task/task.ts";
import type { RunJson } from "../lib/running/run.ts";
import type { DatabaseJson } from "../lib/database/files.ts";

/** With `--json`: the dump; of `console` how it ended. */
export type Json = DatabaseJson | RunJson;

/** Works on what is in the app's database. */
export const db: Task = task({
  description: "Open the database's console, dump it to a file here, or restore it: db console, db dump FILE",
  group: "Look and run",
  args: [
    { name: "action", description: "The action", choices: ["console", "dump", "restore"] },
    { name: "file", description: 'The dump; "-" for standard output or input', optional: true },
  ],
  options: databaseOptions,
  examples: [
    "alcaide db console",
    "alcaide db dump shop.dump",
    "alcaide db dump - >/mnt/backup/shop.dump",
    "alcaide db restore shop.dump --while-live",
  ],
  run: async (ctx) => {
    const { dumpDatabase, openDatabase } = await import("../lib/database/dump.ts");
    const { args: [action, file], options } = ctx;
    if (action === "console") {
      if (file === undefined) return await openDatabase(ctx, options);
      throw new UsageError("Cannot take a file for a console", {
        hint: `Pipe it in: alcaide db console <${file}`,
      });
    }
    if (file === undefined) {
      throw new UsageError(`Cannot ${action} without a file`, {
        hint: `Name one: alcaide db ${action} ${ctx.config.app}.dump`,
      });
    }
    if (action === "dump") return await dumpDatabase(ctx, file, options);
    return await (await import("../lib/database/restore.ts")).restoreDatabase(ctx, file, options);
  },
});
