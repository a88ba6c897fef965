// This machine as something to run commands on: builds, and whatever a task needs here.

import { type Runner, runner } from "./runner.ts";
import { type LocalOptions, localTransport } from "../transport/local.ts";

export type { LocalOptions } from "../transport/local.ts";

/**
 * Makes a runner of this machine.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { local, sh } from "alcaide";
 *
 * assertEquals(await local().read(sh`echo ${"it's here"}`), "it's here");
 * ```
 */
export function local(options: LocalOptions = {}): Runner {
  return runner("local", localTransport(options));
}
