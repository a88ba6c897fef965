// The program, when more than a first answer is asked for.

import { main } from "../lib/cli/main.ts";
import { userCache } from "../lib/cli/user_cache.ts";
import { version } from "../lib/core/version.ts";
import type { Libraries } from "../lib/standalone/import.ts";
import { standaloneImport } from "../lib/standalone/mod.ts";
import { builtInTasks } from "./mod.ts";

/** The process that it runs in. */
export interface ProgramProcess {
  readonly args: readonly string[];
  exit(code: number): never;
  /** The library for an Alcaidefile that a binary reads. */
  library(): Promise<Libraries>;
}

/** Runs the program, and ends the process. */
export async function runProgram({ args, exit, library }: ProgramProcess): Promise<void> {
  const importModule = Deno.build.standalone ? { importModule: standaloneImport(library) } : {};
  exit(await main(args, { tasks: builtInTasks, version, exit, cache: userCache(), ...importModule }));
}
