// An app on the page: what is live where, its servers, processes, accessories and releases.

import { accessoriesText } from "../setup/accessory_status.ts";
import { treesText } from "../setup/dataset.ts";
import { mainName } from "../commands/caddy/site.ts";
import { bytes, list } from "../core/text.ts";
import { scheduleText } from "../running/schedule_status.ts";
import type { ServerStatus } from "../running/status.ts";
import { isRepairable, repairHint, unreachable } from "../running/status_problems.ts";
import { canaryRows } from "../server/canary.ts";
import { limitsText } from "../server/limits.ts";
import { preparedRows } from "../server/prepared.ts";
import { processesText, type ProcessStatus } from "../server/processes.ts";
import { runText } from "../server/runs.ts";
import { type Action, isOffered } from "./actions.ts";
import type { App } from "./board.ts";
import { nothingSeen } from "./look.ts";
import { faultView } from "./fault_view.ts";
import { historyView, releasesView } from "./past_view.ts";
import { age, facts, given, type Html, html, lines, none, state, tag } from "./html.ts";

/** Inputs of a view besides the app. */
export interface Surroundings {
  /** True for somebody who may do more than look. */
  readonly deploys: boolean;
  readonly now: Date;
}

/** An app in a few words, with its buttons; below them, whatever needs a person. */
export function headView(app: App, surroundings: Surroundings): Html {
  const { key, look, fault } = app;
  const { deploys, now } = surroundings;
  const looked = isSeen(app);
  const lead = looked
    ? leadView(look.statuses, now, fault !== undefined)
    : state("idle", fault ? "not known" : "looking");
  return html`
    <header class="head">
      <h2 id="${key}-name">${key}</h2>
      <p class="lead">${lead}${domainView(app)}</p>
      ${deploys ? buttons(app) : none}
    </header>
    ${given(fault, (one) => faultView(one, looked ? staleText(look.at) : ""))}
    ${problemsView(look.statuses)}
    ${besideView(app, surroundings, "prepared")}${besideView(app, surroundings, "canary")}
  `;
}

/** The servers of an app and its releases, and beside them what was done to it. */
export function lookView(app: App, { now }: Surroundings): Html {
  if (!isSeen(app)) return none;
  return html`
    <div class="columns">
      <div>${app.look.statuses.map((one) => serverView(one, now))}${releasesView(app, now)}</div>
      <div>${historyView(app, now)}</div>
    </div>
  `;
}

function isSeen({ look }: App): boolean {
  return look !== nothingSeen;
}

function staleText(at: Date): string {
  return `Below is the state of ${at.toISOString().slice(11, 19)} UTC.`;
}

/** Buttons of actions. They keep their places, so that nothing else comes under a finger; one action runs at a time. */
function buttons({ key, actions, look, stop }: App, on?: Action["on"]): Html {
  const own = Object.entries(actions).filter(([, action]) => action.on === on);
  const rows = own.map(([name, action], index) => {
    const kind = index === 0 ? "main" : "";
    const off = stop !== undefined || !isOffered(action, look) ? html`disabled` : none;
    const address = `ask?app=${key}&action=${name}`;
    return html`<button type="button" class="${kind}" data-ask="${address}" ${off}>${action.label}</button>`;
  });
  return html`<div class="actions" role="group" aria-label="Actions for ${key}">${rows}</div>`;
}

/** A release beside the live one, with what can be done to it. */
function besideView(app: App, { deploys, now }: Surroundings, on: "prepared" | "canary"): Html {
  const rows = app.look.statuses.flatMap((one) => {
    const texts = on === "prepared"
      ? preparedRows(one.prepared)
      : canaryRows(one.canary, one.live).slice(0, 1);
    return texts.map((text) =>
      html`<li><b>${one.server}</b>: ${withAge(text.replace(/^ *[a-z]+: /, ""), now)}</li>`
    );
  });
  if (rows.length === 0) return none;
  return html`<section class="notice">
    <h3>${on === "prepared" ? "A prepared release" : "A canary"}</h3>
    <ul>${rows}</ul>${deploys ? buttons(app, on) : none}
  </section>`;
}

/** A text of the terminal's, with a time's age in its place. */
function withAge(text: string, now: Date): Html {
  const [, before, since, after] = /^(.*) since (\d{4}-[\d-]+T[\d:.]+Z)(.*)$/.exec(text) ?? [];
  return since === undefined ? html`${text}` : html`${before} for ${age(since, now)}${after}`;
}

/** The live release in a few words, or each that some servers have. */
function leadView(statuses: readonly ServerStatus[], now: Date, stale: boolean): readonly Html[] {
  const known = ({ live, health }: ServerStatus) => health === unreachable ? undefined : live;
  const releases = [...new Set(statuses.map(known))];
  return releases.flatMap((release) => {
    const own = statuses.filter((one) => known(one) === release);
    const where = releases.length > 1 ? ` on ${list(own.map(({ server }) => server))}` : "";
    const { since, by } = own[0] ?? {};
    if (release === undefined) return [state("bad", `not known${where}`)];
    if (release === null) return [state("idle", `nothing is live${where}`)];
    return [
      state(stale ? "idle" : kindOf(own), html`<strong>${release}</strong> is live${where}`),
      given(since, (time) => html`<span>for ${age(time, now)}</span>`),
      given(by, (name) => html`<span>by ${name}</span>`),
    ];
  });
}

function kindOf(statuses: readonly ServerStatus[]): "good" | "warn" | "bad" {
  if (statuses.some(({ health }) => !isWell(health))) return "bad";
  return statuses.some(({ problems }) => problems.length > 0) ? "warn" : "good";
}

function isWell(health: string): boolean {
  return /^[23]\d\d$/.test(health) || health === "no web process";
}

function domainView({ project: { config: { domains, tls } } }: App): Html {
  const scheme = tls.kind === "off" ? "http" : "https";
  return given(mainName(domains), (name) => html`<a href="${scheme}://${name}/" target="_blank">${name}</a>`);
}

function problemsView(statuses: readonly ServerStatus[]): Html {
  const rows = statuses.flatMap(({ server, problems }) =>
    problems.map((text) => html`<b>${server}</b>: ${text}`)
  );
  return rows.length === 0 ? none : html`
    <section class="notice warn">
      <h3>Problems</h3>
      <ul>${rows.map((row) => html`<li>${row}</li>`)}</ul>
      ${given(statuses.some(isRepairable), () => html`<p class="quiet">${repairHint}</p>`)}
    </section>
  `;
}

function serverView(one: ServerStatus, now: Date): Html {
  const { server, tags, jails, freeBytes, dataset, behind, schedules } = one;
  const free = freeBytes === 0 ? "" : `${bytes(freeBytes)} free, ${treesText(dataset ?? undefined)}`;
  const limits = Object.entries(one.limits).map(([jail, limits]) => `${jail}: ${limitsText(limits)}`);
  return html`<article class="server">
    <h3>${server} ${tags.map(tag)}</h3>
    ${
    facts({
      Health: healthView(one),
      Processes: lines(processRows(one.processes, now)),
      Accessories: lines(accessoryRows(one)),
      Schedules: lines(schedules.map((each) => scheduleView(each, now))),
      Detached: lines(one.detached.map(runText)),
      Jails: lines(jails.map(jailView)),
      Limits: lines(limits),
      Disk: free,
      FreeBSD: one.freebsd,
      Patches: behind.length === 0 ? "" : `${behindText(behind)}: ${one.patch}`,
    })
  }</article>`;
}

function scheduleView(schedule: ServerStatus["schedules"][number], now: Date): Html {
  const { begun, running, ended, status } = schedule;
  const kind = begun === null ? "idle" : running || status === 0 ? "good" : ended === null ? "warn" : "bad";
  return state(kind, scheduleText(schedule, now).replace("  schedule ", ""));
}

function healthView({ health, live, jails }: ServerStatus): Html {
  // Before the first deploy nobody is there to answer.
  if (live === null && jails.length === 0 && health === "no answer") return state("idle", "nothing to ask");
  if (/^\d+$/.test(health)) return state(isWell(health) ? "good" : "bad", `answers ${health}`);
  return state(health === "no web process" ? "idle" : "bad", health);
}

function jailView({ name, address, routed, running }: ServerStatus["jails"][number]): Html {
  const word = routed ? "has the traffic" : running ? "runs" : "kept, stopped";
  return html`${name} <span class="quiet">${address}</span> ${word}`;
}

function behindText(behind: ServerStatus["behind"]): string {
  return list(behind.map(({ jail, freebsd }) => `${jail ?? "new jails"} at ${freebsd}`));
}

function processRows(all: readonly ProcessStatus[], now: Date): readonly Html[] {
  const rows = processesText(all, now);
  // An app of one web process has no rows in the terminal.
  const shown = rows.length > 0
    ? rows
    : all.flatMap(({ name, instances }) =>
      instances.map(({ pid }) => `${name}: ${pid === null ? "does not run" : `pid ${pid}`}`)
    );
  return shown.map((row) => state(row.includes("does not run") ? "bad" : "good", row));
}

function accessoryRows({ accessories }: ServerStatus): readonly Html[] {
  const rows = accessoriesText(accessories);
  return accessories.map(({ running, problem }, index) =>
    state(problem === null && running ? "good" : "bad", rows[index]?.trim())
  );
}
