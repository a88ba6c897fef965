// A run on the page: its steps as they go.

import { bytes, duration, plural } from "../core/text.ts";
import type { App } from "./board.ts";
import { isStopped } from "./fault.ts";
import { faultView } from "./fault_view.ts";
import { given, type Html, html, none } from "./html.ts";
import { keptNotes, type Note, type Run, type RunStep } from "./run.ts";

/** The run under way, or the last one; nothing where there is none. */
export function runView({ key, run, stop }: App, deploys: boolean): Html {
  if (run === undefined) return none;
  const { by, began, ended, fault, steps } = run;
  const runs = ended === undefined;
  const kind = runs ? "running" : fault === undefined ? "good" : "bad";
  const stops = stop?.signal.aborted;
  const button = html`<button type="button" data-post="stop" data-app="${key}" ${
    stops ? html`disabled` : none
  }>${stops ? "Stopping" : "Stop and undo"}</button>`;
  return html`<section class="run ${kind}" data-began="${began}" aria-labelledby="${key}-run-name">
    <h3 id="${key}-run-name" tabindex="-1">${title(run)} <span class="quiet">by ${by}</span> ${
    runs ? clock(began) : none
  }</h3>
    <p class="hidden" role="status">${spoken(run)}</p>
    <ol class="steps">${steps.map(stepView)}</ol>
    ${given(fault, faultView)}
    ${runs && deploys ? button : none}
  </section>`;
}

function title({ label, began, ended, fault }: Run): string {
  if (ended === undefined) return `${label} runs`;
  const end = fault === undefined ? "done" : isStopped(fault) ? "stopped" : "failed";
  return `${label} ${end} after ${duration(ended - began)}`;
}

/** Read aloud: the step that has begun, and the end; not the bytes of transfers and the lines of builds. */
function spoken(run: Run): string {
  return run.ended === undefined ? run.steps.at(-1)?.title ?? title(run) : title(run);
}

/** A time that the page counts itself; not read aloud. */
function clock(began: number): Html {
  return html`<span class="clock" aria-hidden="true" data-since="${began}"></span>`;
}

function stepView({ title, began, ended, failed, notes, progress }: RunStep): Html {
  const runs = ended === undefined;
  const [kind, word] = failed ? ["bad", "failed"] : runs ? ["running", "runs"] : ["good", "done"];
  const time = runs ? clock(began) : html`<span class="took">${duration(ended - began)}</span>`;
  return html`<li class="step ${kind}">
    <span class="title">${title}</span> <span class="hidden">${word}</span> ${time}
    ${runs ? Object.entries(progress).map(progressView) : none}
    ${notes.filter((note) => note.kind !== "line").map(noteView)}
    ${linesView(notes)}
  </li>`;
}

function linesView(notes: readonly Note[]): Html {
  const rows = notes.filter((note) => note.kind === "line").map(({ text }) => text);
  if (rows.length === 0) return none;
  return html`
    <details>
      <summary>${notes.length < keptNotes ? "" : "the last "}${plural(rows.length, "line")}</summary>
      <pre class="tail" tabindex="0">${rows.join("\n")}</pre>
    </details>
  `;
}

function progressView([label, [done, total]]: [string, RunStep["progress"][string]]): Html {
  const [bar, of] = total > 0
    ? [html`<progress max="${total}" value="${done}"></progress>`, ` of ${bytes(total)}`]
    : [html`<progress></progress>`, ""];
  return html`<label class="progress">${label} ${bar} ${bytes(done)}${of}</label>`;
}

function noteView({ kind, text, hint }: Note): Html {
  const more = given(hint, (one) => html`<span class="quiet">${one}</span>`);
  return html`<p class="note ${kind}">${text} ${more}</p>`;
}
