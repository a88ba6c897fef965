// Notices: tells people and programs how a deploy, cutover or rollback ended.

import type { NoticeEvent, Notify } from "../config/field/values.ts";
import { AlcaideError, exitCodes, messageOf, TimeoutError } from "../core/error.ts";
import { masked } from "../core/mask.ts";
import type { Secret } from "../core/secret.ts";
import { raw } from "../core/sh.ts";
import { duration } from "../core/text.ts";
import { canaryGuardTitle, guardTitle } from "../hints/guard.ts";
import {
  type ActionRecord,
  entryOf,
  type HistoryEntry,
  reasonText,
  type StepTime,
} from "../server/history.ts";
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
  const event = eventOf(entry);
  if (event === undefined) return undefined;
  const subject = environment === null ? app : `${app} (${environment})`;
  return { event, app, environment, text: `${subject}: ${wordsOf(event, entry)} (${entry.by})`, ...entry };
}

function eventOf({ action, outcome, steps, error }: HistoryEntry): NoticeEvent | undefined {
  // More visitors for a canary are nothing to tell until they fail.
  const isShare = action.startsWith("promote ");
  if (!isShare && !Object.hasOwn(became, action) && action !== "rollback") return undefined;
  if (outcome === "succeeded") return isShare ? undefined : action === "rollback" ? "rollback" : "success";
  const isGuard = ({ title, failed }: StepTime) => failed && [guardTitle, canaryGuardTitle].includes(title);
  // A guard is also cut short, by Ctrl-C or somebody who takes the lock away.
  return error?.code === exitCodes.failed && steps.some(isGuard) ? "guard" : "failure";
}

function wordsOf(event: NoticeEvent, entry: HistoryEntry): string {
  const { action, outcome, release, previous, milliseconds, error } = entry;
  const after = `after ${duration(milliseconds ?? 0)}`;
  const why = error === null ? "" : `: ${reasonText(error)}`;
  if (event === "success") {
    // A guarded canary goes live by itself.
    const isLive = entry.steps.some(({ title }) => title === guardTitle);
    return `${release} is ${isLive ? "live" : became[action]} ${after}`;
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
    post("slack", asJson({ text: slackText(notice.text) })),
    post("webhook", asJson(notice)),
    post("ntfy", { headers: ntfyHeaders(notice), body: notice.text }),
    runCommand(ctx, notify.command, notice).catch((error) => warn(" to the command", error)),
  ]);
}

function asJson(value: unknown): RequestInit {
  return { headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) };
}

/** Slack takes these for the beginning of links, and of calls such as `<!channel>`. */
function slackText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
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
