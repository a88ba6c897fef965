/** The program run in this process, with its steps timed and its commands counted. */

import { main } from "../../lib/cli/main.ts";
import { remote } from "../../lib/remote/remote.ts";
import { servers } from "../../lib/remote/servers.ts";
import type { Target } from "../../lib/core/target.ts";
import type { Transport } from "../../lib/transport/mod.ts";
import { sshTransport } from "../../lib/transport/ssh/mod.ts";
import { memoryUi } from "../fake/memory_ui.ts";
import { version } from "../../lib/core/version.ts";
import { builtInTasks } from "../../tasks/mod.ts";

/** A step as it went. */
export interface TracedStep {
  readonly title: string;
  ms: number;
  /** Scripts that it ran on the server. */
  commands: number;
}

/** A run of the program. */
export interface Trace {
  readonly steps: readonly TracedStep[];
  /** Milliseconds of the whole run. */
  readonly wall: number;
}

/** The work after the last step: the lock is let go, the connection is closed. */
const ending = "Let go of lock and connection";

/** Runs the program in a directory, with its only server reached by `target`. */
export async function trace(
  args: readonly string[],
  cwd: string,
  target: Target,
): Promise<Trace> {
  const began = performance.now();
  const steps: TracedStep[] = [];
  let since = began;
  const next = (title: string) => {
    const now = performance.now();
    const last = steps.at(-1);
    if (last) last.ms = now - since;
    since = now;
    steps.push({ title, ms: 0, commands: 0 });
  };
  next("Read the configuration");
  const quiet = memoryUi();
  const ui = { ...quiet, step: next, result: () => next(ending) };
  const counted = counting(sshTransport(target), () => {
    const step = steps.at(-1);
    if (step) step.commands++;
  });
  const code = await main(args, {
    tasks: builtInTasks,
    version,
    cwd,
    ui: () => ui,
    connect: (config) =>
      servers([remote(target, { name: config.servers[0]?.name ?? "server", transport: counted })]),
    signals: { addSignalListener: () => {}, removeSignalListener: () => {} },
  });
  next("");
  steps.pop();
  if (code !== 0) {
    throw new Error(`Cannot go on: "${args.join(" ")}" ended with ${code}: ${quiet.errors.join("\n")}`);
  }
  return { steps, wall: performance.now() - began };
}

/** A transport that says how often it is used. */
function counting(transport: Transport, count: () => void): Transport {
  return {
    exec: (script, options) => {
      count();
      return transport.exec(script, options);
    },
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  };
}
