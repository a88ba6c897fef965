/**
 * The program `alcaide`. It loads what a command needs when it needs it: the library is another module.
 *
 * @module
 */

import { main } from "./lib/cli/main.ts";
import { userCache } from "./lib/cli/user_cache.ts";
import { version } from "./lib/core/version.ts";
import { standaloneImport } from "./lib/standalone/mod.ts";
import { builtInTasks } from "./tasks/mod.ts";

/** The library for an Alcaidefile that a binary reads. */
async function library() {
  const [alcaide, internal] = await Promise.all([import("./mod.ts"), import("./internal.ts")]);
  return { alcaide, "alcaide/internal": internal };
}

// Not awaited: an Alcaidefile may import this module, which must have been evaluated by then.
main(Deno.args, {
  tasks: builtInTasks,
  version,
  exit: Deno.exit,
  cache: userCache(),
  ...(Deno.build.standalone ? { importModule: standaloneImport(library) } : {}),
}).then((status) => Deno.exit(status));
