// `alcaide repair`: finishes or undoes what a deploy that was cut off left half done.

import { exitCodes } from "../lib/core/error.ts";
import type { Remote } from "../lib/remote/remote.ts";
import { type Task, task } from "../lib/task/task.ts";
import { shownChange } from "../lib/task/change_steps.ts";
import { stepRows, stepsJson } from "../lib/task/show_steps.ts";
import { list, plural } from "../lib/core/text.ts";
import type { Change } from "../lib/server/change.ts";
import { takeLocks, waitOption } from "../lib/deploy/app_locks.ts";
import { finish, readRepairs, type Repairs } from "../lib/running/repair.ts";
import type { Context } from "../lib/task/context.ts";

/** Finishes or undoes what is half done. */
export const repair: Task = task({
  description: "Finish or undo what an interrupted deploy left half done",
  group: "Deploy",
  args: [],
  options: {
    plan: { type: "boolean", description: "Print what is half done and stop" },
    wait: waitOption,
  },
  examples: ["alcaide repair --plan", "alcaide repair"],
  run: (ctx) => ctx.options.plan ? showRepairs(ctx) : runRepair(ctx, ctx.options.wait),
});

async function showRepairs(ctx: Context): Promise<number> {
  return tell(ctx, await readRepairs(ctx), true);
}

async function runRepair(ctx: Context, wait: string | undefined): Promise<number> {
  await using locks = await takeLocks(ctx, "repair", wait);
  ctx.ui.step("Read the facts");
  return tell(ctx, await finish(ctx, locks.fences), false);
}

/** Servers that serve different releases stay so: which one is wanted only a person knows. */
function tell(ctx: Context, { changes, split }: Repairs, planOnly: boolean): number {
  const verbose = planOnly && ctx.ui.verbose;
  const rows = [...changes].map(([server, all]) => serverText(server, all, planOnly, verbose));
  const more = split.length === 0 ? [] : [
    `The servers are split: ${list(split)}`,
    'Bring them together with "alcaide deploy"',
  ];
  const value = [...changes].map(([server, all]) => ({
    server: server.name,
    changes: stepsJson(all.map((change) => shownChange(server, change)), server.name, verbose),
  }));
  ctx.ui.result({ servers: value, split }, [...rows, ...more].join("\n"));
  return split.length === 0 ? 0 : exitCodes.split;
}

function serverText(server: Remote, changes: readonly Change[], planOnly: boolean, verbose: boolean): string {
  const { name } = server;
  if (changes.length === 0) return `${name}: nothing is half done`;
  const rows = stepRows(changes.map((change) => shownChange(server, change)), verbose);
  const what = plural(changes.length, "repair");
  return [`${name}: ${what} ${planOnly ? "to make" : "made"}`, ...rows].join("\n");
}
