// The program of a binary with an Alcaidefile in it.

import { main } from "../lib/cli/main.ts";
import { userCache } from "../lib/cli/user_cache.ts";
import type { BakedFile } from "../lib/cli/loader.ts";
import { version } from "../lib/core/version.ts";
import { builtInTasks } from "./mod.ts";

/** The process that it runs in. */
export interface BakedProcess {
  readonly args: readonly string[];
  exit(code: number): never;
}

/** Runs the program with the Alcaidefile that was compiled into it. */
export function runBaked(baked: BakedFile, { args, exit }: BakedProcess): void {
  main(args, { tasks: builtInTasks, version, exit, baked, cache: userCache() }).then((status) =>
    exit(status)
  );
}
