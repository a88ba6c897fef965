// `alcaide upgrade --check`: whether there is a newer version. It changes nothing on this machine.

import { UsageError } from "../lib/core/error.ts";
import { type Task, task } from "../lib/task/task.ts";
import { version } from "../lib/core/version.ts";
import type { Context } from "../lib/task/context.ts";

/** With `--json`: the answer. */
export interface Json {
  /** The version that runs. */
  readonly version: string;
  /** The newest version. */
  readonly latest: string;
  /** True when the newest is newer. */
  readonly newer: boolean;
}

/** Asks whether there is a newer version. */
export const upgrade: Task = task({
  description: "Look for a newer version",
  group: "The program",
  args: [],
  options: { check: { type: "boolean", description: "Only ask, change nothing" } },
  examples: ["alcaide upgrade --check", "alcaide --json upgrade --check"],
  configless: true,
  run: (ctx) => runUpgrade(ctx, ctx.options.check),
});

async function runUpgrade({ signal, ui }: Context, onlyAsk: boolean): Promise<void> {
  if (!onlyAsk) {
    throw new UsageError("Cannot upgrade without --check", {
      hint:
        "Alcaide doesn't replace itself: run install.sh again, or get the new version where you got this one",
    });
  }
  const { askLatest, isNewer } = await import("../lib/standalone/newest.ts");
  const latest = await askLatest(signal);
  const newer = isNewer(latest, version);
  const text = newer
    ? `Alcaide ${latest} is available; this is ${version}`
    : `Alcaide ${version} is the newest version`;
  ui.result({ version, latest, newer } satisfies Json, text);
}
