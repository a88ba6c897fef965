// The releases of an app on the page, and what was done to it.

import { newestFirst, type Release, servedBefore } from "../core/release.ts";
import { duration } from "../core/text.ts";
import { stateOf } from "../deploy/release_rows.ts";
import { type HistoryEntry, reasonText } from "../server/history.ts";
import type { App } from "./board.ts";
import { age, given, type Html, html, none, state } from "./html.ts";

/** The releases. */
export function releasesView({ key, look: { releases, statuses } }: App, now: Date): Html {
  const live = statuses.find((one) => one.live !== null)?.live ?? undefined;
  const before = servedBefore(releases, live);
  const rows = newestFirst(releases).map((one) => releaseRow(one, stateOf(one, live, before), now));
  return table("Releases", key, ["Release", "State", "Age", "By"], rows);
}

function releaseRow({ id, revision, reason, createdAt, by }: Release, word: string, now: Date): Html {
  const kind = word === "live" ? "good" : word === "failed" ? "bad" : "idle";
  const changes = revision.dirty ? html`<span class="quiet">and changes</span>` : none;
  return row(html`${id} ${changes}`, [state(kind, word), age(createdAt, now), by], reason);
}

/** The last actions. */
export function historyView({ key, look: { history } }: App, now: Date): Html {
  const rows = history.map((entry) => historyRow(entry, now));
  return table("History", key, ["Action", "End", "Ago", "By"], rows);
}

function historyRow(
  { action, release, about, outcome, milliseconds, since, by, error }: HistoryEntry,
  now: Date,
): Html {
  const kind = outcome === "succeeded" ? "good" : outcome === "failed" ? "bad" : "warn";
  const time = milliseconds === null ? none : html`<span class="took">${duration(milliseconds)}</span>`;
  const cells = [html`${state(kind, outcome)} ${time}`, age(since, now), by];
  const object = release === null ? about : html`<span class="whole">${release}</span>`;
  return row(html`${action} ${object}`, cells, error && reasonText(error));
}

/** A table about an app; nothing where it has no rows. */
function table(title: string, app: string, heads: readonly string[], rows: readonly Html[]): Html {
  return rows.length === 0 ? none : html`
    <table class="${title.toLowerCase()}">
      <caption>${title}<span class="hidden"> of ${app}</span></caption>
      <thead>
        <tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr>
      </thead>
      <tbody>${rows}</tbody>
    </table>
  `;
}

/** A row of it, with the reason of a failure below. */
function row(head: Html, cells: readonly (Html | string)[], reason: string | null | undefined): Html {
  const why = given(reason, (text) =>
    html`
      <tr class="reason">
        <td colspan="${cells.length + 1}">${text}</td>
      </tr>
    `);
  return html`<tr><th scope="row">${head}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>${why}`;
}
