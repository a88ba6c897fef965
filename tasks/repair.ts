/**
 * `alcaide repair`: finishes or undoes what a deploy that was cut off left half done.
 *
 * @module
 */

import { fenced } from "../lib/commands/lock.ts";
import { CommandError, exitCodes } from "../lib/core/error.ts";
import { splitRows, trafficOf } from "../lib/server/traffic.ts";
import type { Remote } from "../lib/remote/remote.ts";
import { type Task, task } from "../lib/task/task.ts";
import { makeChanges, shownChange } from "../lib/task/change_steps.ts";
import { stepRows, stepsJson } from "../lib/task/show_steps.ts";
import { list, plural } from "../lib/core/text.ts";
import { explainStep } from "../lib/hints/step.ts";
import { planRepair } from "../lib/deploy/plan/repair.ts";
import type { Change } from "../lib/server/change.ts";
import { readAll, takeLocks, waitOption } from "../lib/deploy/app_locks.ts";
import type { Context } from "../lib/task/context.ts";

/** The repairs of every server, and the release of each. */
interface Repairs {
  readonly changes: ReadonlyMap<Remote, readonly Change[]>;
  /** The release of each server, when they differ. */
  readonly split: readonly string[];
}

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
  const repairs = await readRepairs(ctx);
  await ctx.servers.each(async (server) => {
    const fence = locks.fences.get(server) ?? 0;
    await makeChanges(ctx, server, repairs.changes.get(server) ?? [], {
      guard: ({ command }) => fenced(ctx.config.app, fence, command),
      explain: ({ hint }, { shown, exit }) =>
        explainStep(
          server.name,
          new CommandError(server.name, shown, exit, hint === undefined ? {} : { hint }),
        ),
    });
  });
  return tell(ctx, repairs, false);
}

async function readRepairs(ctx: Context): Promise<Repairs> {
  const { app, jail: { basePath } } = ctx.config;
  const facts = await readAll(ctx);
  const changes = new Map<Remote, readonly Change[]>();
  for (const [server, known] of facts) changes.set(server, planRepair(app, basePath, known, server.name));
  const live = [...facts].map(([server, known]) => ({
    server: server.name,
    release: trafficOf(known, app)?.release,
  }));
  return { changes, split: splitRows(live) };
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
  const what = planOnly
    ? `${plural(changes.length, "repair")} to make`
    : `${plural(changes.length, "repair")} made`;
  return [`${name}: ${what}`, ...rows].join("\n");
}
