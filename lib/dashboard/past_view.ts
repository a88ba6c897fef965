// The releases of an app on the page, and what was done to it.

import { newestFirst, type Release, servedBefore } from "../core/release.ts";
import { duration } from "../core/text.ts";
import { stateOf } from "../deploy/release_rows.ts";
import type { HistoryEntry } from "../server/history.ts";
import type { App } from "./board.ts";
import { age, given, type Html, html, none, state } from "./html.ts";

/** The releases, and the last actions. */
export function pastView(app: App, now: Date): Html {
  return html`${releasesView(app, now)}${historyView(app, now)}`;
}

function releasesView({ key, look: { releases, statuses } }: App, now: Date): Html {
  if (releases.length === 0) return none;
  const live = statuses.find((one) => one.live !== null)?.live ?? undefined;
  const before = servedBefore(releases, live);
  const rows = newestFirst(releases).map((one) => releaseRow(one, stateOf(one, live, before), now));
  return html`
    <table class="releases">
      <caption>Releases<span class="hidden"> of ${key}</span></caption>
      <thead>
        <tr>
          <th scope="col">Release</th>
          <th scope="col">State</th>
          <th scope="col">Age</th>
          <th scope="col">By</th>
        </tr>
      </thead>
      <tbody>${rows}</tbody>
    </table>
  `;
}

function releaseRow({ id, revision, reason, createdAt, by }: Release, word: string, now: Date): Html {
  const kind = word === "live" ? "good" : word === "failed" ? "bad" : "idle";
  const changes = revision.dirty ? html`<span class="quiet">and changes</span>` : none;
  const why = given(reason, (text) =>
    html`
      <tr class="reason">
        <td colspan="4">${text}</td>
      </tr>
    `);
  return html`
    <tr>
      <th scope="row">${id} ${changes}</th>
      <td>${state(kind, word)}</td>
      <td>${age(createdAt, now)}</td>
      <td>${by}</td>
    </tr>${why}
  `;
}

function historyView({ key, look: { history } }: App, now: Date): Html {
  if (history.length === 0) return none;
  return html`
    <table class="history">
      <caption>History<span class="hidden"> of ${key}</span></caption>
      <thead>
        <tr>
          <th scope="col">Action</th>
          <th scope="col">End</th>
          <th scope="col">Ago</th>
          <th scope="col">By</th>
        </tr>
      </thead>
      <tbody>${history.map((entry) => historyRow(entry, now))}</tbody>
    </table>
  `;
}

function historyRow(
  { action, release, about, outcome, milliseconds, since, by, error }: HistoryEntry,
  now: Date,
): Html {
  const kind = outcome === "succeeded" ? "good" : outcome === "failed" ? "bad" : "warn";
  const time = milliseconds === null ? none : html`<span class="took">${duration(milliseconds)}</span>`;
  const reason = [error?.message, ...error?.because.slice(0, 1) ?? []].join(": ");
  return html`
    <tr>
      <th scope="row">${action} ${release ?? about}</th>
      <td>${state(kind, outcome)} ${time}</td>
      <td>${age(since, now)}</td>
      <td>${by}</td>
    </tr>${given(reason, (text) =>
      html`
        <tr class="reason">
          <td colspan="4">${text}</td>
        </tr>
      `)}
  `;
}
