// Takes back what setup made of servers that have no app any more.

import { underHostLock } from "../commands/lock.ts";
import { listServer, refuseApps } from "../commands/server/undo.ts";
import { AlcaideError } from "../core/error.ts";
import { script } from "../core/script.ts";
import { list } from "../core/text.ts";
import { planUndo } from "../setup/undo.ts";
import { makeChanges } from "../task/change_steps.ts";
import type { Context } from "../task/context.ts";
import {
  askName,
  changesOf,
  factsAnd,
  type Found,
  refuseUnnamed,
  removedText,
  tellRemoved,
  type UndoOptions,
} from "./destroy.ts";

/** Takes setup back on every server, after a yes by the app's name. */
export async function destroyServers(ctx: Context, { plan, yes }: UndoOptions): Promise<void> {
  const what = "undo setup";
  if (!plan) refuseUnnamed(ctx, what, yes);
  ctx.ui.step("Read the facts");
  const found = await findAll(ctx);
  const names = list(found.map(({ server }) => server.name));
  if (plan || found.every(({ changes }) => changes.length === 0)) return tellRemoved(ctx, found, plan);
  if (yes === undefined) {
    const all = found.map((one) => removedText(one, true, false)).join("\n");
    await askName(ctx, `${all}\nSetup of ${names} is undone.`, what);
  }
  await makeChanges(ctx, changesOf(found), {
    guard: ({ command }) => underHostLock(script(refuseApps(), command)),
    explain: ({ title }, cause, { name }) =>
      new AlcaideError(`Cannot undo setup on ${name}: "${title}" failed`, {
        cause,
        hint: "What is gone stays gone: mend what is named above, then run this again",
      }),
  });
  tellRemoved(ctx, found, false);
}

async function findAll(ctx: Context): Promise<Found[]> {
  const { config } = ctx;
  const all = await factsAnd(ctx, listServer(config.jail.basePath), { setup: true, takeOver: true });
  return [...all].map(([server, { facts, text }]) => ({
    server,
    kept: [],
    ...planUndo(config, facts, text, server.name),
  }));
}
