// Shows the history of an app.

import { readAgo } from "../core/duration.ts";
import { exitCodes, UsageError } from "../core/error.ts";
import { columns, duration, list, plural } from "../core/text.ts";
import type { Servers } from "../remote/servers.ts";
import { type HistoryEntry, readHistory, reasonText } from "../server/history.ts";
import type { Context } from "../task/context.ts";

/** The part that is asked for. */
interface Asked {
  readonly since: string | undefined;
  /** How many. Default: 30, or all since a time. */
  readonly lines: number | undefined;
  /** Another app than the project's. */
  readonly app: string | undefined;
}

/** Prints what was done to an app on some servers. */
export async function showHistory(ctx: Context, chosen: Servers, asked: Asked): Promise<number> {
  const { ui, signal, config } = ctx;
  const { since, lines, app = config.app } = asked;
  if (!/^[a-z][a-z0-9_]{0,29}$/.test(app)) {
    throw new UsageError(`Cannot show the history of "${app}"`, {
      hint: "Give the name of an app: alcaide history --app shop",
    });
  }
  const count = lines ?? (since === undefined ? 30 : undefined);
  if (count !== undefined && !(Number.isInteger(count) && count > 0)) {
    throw new UsageError(`Cannot show ${count} actions`, {
      hint: "Use a whole number: alcaide history -n 50",
    });
  }
  const from = since === undefined
    ? undefined
    : readAgo(since, Date.now(), `Cannot show the history since "${since}"`, "alcaide history --since 2d");
  const history = await readHistory(chosen, app, { count, since: from, signal });
  const { entries, unreachable, unreadable } = history;
  for (const { server, problem } of unreachable) {
    ui.warn(`The history of ${server} is missing: ${problem}`);
  }
  for (const [server, number] of Object.entries(unreadable)) {
    ui.warn(`${server}: ${plural(number, "record")} can't be read: a crash may have cut it off`);
  }
  ui.result(history, historyText(entries, { verbose: ui.verbose, several: chosen.all.length > 1 }));
  return unreachable.length > 0 ? exitCodes.failed : 0;
}

/** Actions as rows for people, the newest first, each with its reason below when it failed. */
function historyText(
  entries: readonly HistoryEntry[],
  { verbose, several }: { readonly verbose: boolean; readonly several: boolean },
): string {
  if (entries.length === 0) return "Nothing is known";
  const rows = columns(entries.map((entry) => [
    entry.since.slice(0, 16).replace("T", " "),
    [entry.action, entry.release ?? entry.about ?? ""].join(" ").trimEnd(),
    entry.milliseconds === null ? entry.outcome : `${entry.outcome} after ${duration(entry.milliseconds)}`,
    entry.by,
    ...several ? [list(entry.servers)] : [],
  ]));
  return entries.flatMap((entry, index) => [rows[index], ...below(entry, verbose)]).join("\n");
}

function below({ error, steps }: HistoryEntry, verbose: boolean): string[] {
  const reason = error === null ? [] : [reasonText(error)];
  const times = steps.map(({ title, milliseconds, failed }) =>
    `${duration(milliseconds).padStart(7)}  ${title}${failed ? " failed" : ""}`
  );
  return [...reason, ...verbose ? times : []].map((line) => `      ${line}`);
}
