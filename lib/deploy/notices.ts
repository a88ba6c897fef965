// Notices: tells people and programs how a deploy, cutover or rollback ended.

import type { NoticeEvent, Notify } from "../config/field/values.ts";
import { AlcaideError, messageOf, TimeoutError } from "../core/error.ts";
import { masked } from "../core/mask.ts";
import type { Secret } from "../core/secret.ts";
import { raw } from "../core/sh.ts";
import { duration } from "../core/text.ts";
import { guardTitle } from "../hints/guard.ts";
import { type ActionRecord, entryOf, type HistoryEntry, reasonText } from "../server/history.ts";
import type { Context } from "../task/context.ts";
import { withSecrets } from "../task/with_secrets.ts";
import { within } from "../transport/limits.ts";

/** An entry of the history, and its meaning. */
export interface Notice extends HistoryEntry {
  readonly event: NoticeEvent;
  readonly app: string;
  /** What `-e` chose; null without it. */
  readonly environment: string | null;
  /** All in one line, for people. */
  readonly text: string;
}

/** The words for a release whose action succeeded. */
const became: Readonly<Record<string, string>> = {
  deploy: "live",
  "deploy --prepare": "prepared",
  "deploy --canary": "deployed as a canary",
  promote: "live",
  cutover: "live",
};

/** Milliseconds that a notice may take. */
const patience = 10_000;

/** Makes the notice of an action; undefined for one of which nobody is told. */
export function noticeOf(
  { app, environment = null }: { readonly app: string; readonly environment?: string | undefined | null },
  record: ActionRecord,
  servers: readonly string[],
): Notice | undefined {
  const entry = entryOf(record, servers);
  if (![...Object.keys(became), "rollback"].includes(entry.action)) return undefined;
  const event = eventOf(entry);
  return { event, app, environment, text: `${app}: ${wordsOf(event, entry)} (${entry.by})`, ...entry };
}

function eventOf({ action, outcome, steps }: HistoryEntry): NoticeEvent {
  if (outcome === "succeeded") return action === "rollback" ? "rollback" : "success";
  return steps.some(({ title, failed }) => failed && title === guardTitle) ? "guard" : "failure";
}

function wordsOf(event: NoticeEvent, entry: HistoryEntry): string {
  const { action, outcome, release, previous, milliseconds, error } = entry;
  const after = `after ${duration(milliseconds ?? 0)}`;
  const why = error === null ? "" : `: ${reasonText(error)}`;
  if (event === "success") {
    return `${release} is ${became[action]} ${after}`;
  }
  if (event === "rollback") {
    return `${release} is live again ${after}${previous === null ? "" : `, ${previous} is not`}`;
  }
  if (event === "guard") return `the guard took ${release} back ${after}, ${previous} serves${why}`;
  return `${action}${release === null ? "" : ` of ${release}`} ${outcome} ${after}${why}`;
}

/** Tells everybody whom the configuration names. Nothing that fails in it fails the action. */
export async function sendNotices(ctx: Context, record: ActionRecord): Promise<void> {
  const { config, ui, servers } = ctx;
  const notice = noticeOf(config, record, servers.all.map(({ name }) => name));
  if (notice === undefined || !config.notify?.on.includes(notice.event)) return;
  const warn = (where: string, error: unknown, secrets: readonly string[] = []) =>
    ui.warn(
      `Cannot send a notice${where}: ${masked(messageOf(error), secrets)}`,
    );
  let notify: Notify;
  try {
    notify = (await withSecrets(ctx, ["notify"])).config.notify ?? config.notify;
  } catch (error) {
    return warn("", error);
  }
  const post = async (name: "slack" | "webhook" | "ntfy", request: RequestInit) => {
    const address = notify[name];
    if (address === undefined) return;
    const text = address.reveal();
    try {
      await send(address, request);
    } catch (error) {
      warn(` to ${name}`, error, [text, URL.canParse(text) ? new URL(text).href : ""]);
    }
  };
  await Promise.all([
    post("slack", asJson({ text: notice.text })),
    post("webhook", asJson(notice)),
    post("ntfy", { headers: ntfyHeaders(notice), body: notice.text }),
    runCommand(ctx, notify.command, notice).catch((error) => warn(" to the command", error)),
  ]);
}

function asJson(value: unknown): RequestInit {
  return { headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) };
}

/** Headers hold no letters beyond ASCII: names of apps and releases have none. */
function ntfyHeaders({ app, event, action }: Notice): Record<string, string> {
  const good = event === "success" || event === "rollback";
  return {
    Title: `${app}: ${action}`,
    Priority: good ? "default" : "high",
    Tags: good ? "white_check_mark" : "rotating_light",
  };
}

async function send(address: Secret, request: RequestInit): Promise<void> {
  const url = address.reveal();
  if (!URL.canParse(url)) throw new AlcaideError("the secret is not a URL");
  const late = () => new TimeoutError(`no answer came within ${patience / 1000} s`);
  const { ok, status, body } = await within(
    { timeout: patience },
    late,
    (signal) => fetch(url, { ...request, method: "POST", signal }),
  );
  await body?.cancel();
  if (!ok) throw new AlcaideError(`the answer has status ${status}`);
}

async function runCommand({ local }: Context, command: string | undefined, notice: Notice): Promise<void> {
  if (command === undefined) return;
  await local.run(raw(command), { stdin: `${JSON.stringify(notice)}\n`, timeout: patience });
}
