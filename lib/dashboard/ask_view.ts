// The dialog of an action: what it is to do, its plan, and the yes.

import type { TaskInfo } from "../task/context.ts";
import { type Action, hasPlan } from "./actions.ts";
import type { App, Asked } from "./board.ts";
import { given, type Html, html, none } from "./html.ts";
import { plansOf } from "./plan.ts";
import type { PlannedJson } from "../deploy/shown_steps.ts";

/** The form of an action. Its plan, or the yes, comes next. */
export function askView({ key, look }: App, name: string, action: Action): Html {
  const { label, task, options, switches = [] } = action;
  return html`<form data-form="ask">
    <h2 id="dialog-name">${label} <span class="quiet">${key}</span></h2>
    ${options === undefined ? html`<p>${task.description}.</p>` : none}
    <input type="hidden" name="app" value="${key}"><input type="hidden" name="action" value="${name}">
    ${choicesView(action, look)}
    ${switches.map((option) => switchView(option, task))}
    ${buttons(hasPlan(action) ? "Show the plan" : "Go on")}
  </form>`;
}

function choicesView({ choices }: Action, look: App["look"]): Html {
  if (choices === undefined) return none;
  const all = choices.of(look).map(({ value, label }) => html`<option value="${value}">${label}</option>`);
  return html`<label class="field">${choices.label} <select name="choice">${all}</select></label>`;
}

function switchView(name: string, { options = {} }: TaskInfo): Html {
  const box = html`<input type="checkbox" name="${name}" value="true">`;
  return html`<label class="switch">${box} ${options[name]?.description}</label>`;
}

function buttons(main: string): Html {
  return html`<p class="buttons"><button class="main">${main}</button>
    <button type="button" data-close>Cancel</button></p>`;
}

/** The plan, and the question for a yes. */
export function askedView({ id, app: { key }, action: { label, warning }, plan }: Asked): Html {
  return html`<form data-form="run">
    <h2 id="dialog-name">${label} <span class="quiet">${key}</span></h2>
    ${given(warning, (text) => html`<p>${text}</p>`)}
    ${plansOf(plan).map(planView)}
    <input type="hidden" name="asked" value="${id}">
    ${buttons(`${label} now`)}
  </form>`;
}

function planView({ server, release, previous, forget = [], dropped = [], steps }: PlannedJson): Html {
  const from = previous === null ? "is the first release" : `takes the traffic from ${previous}`;
  const lost = given(
    dropped.join(", "),
    (names) => html`<p class="note warning">No longer answers to ${names}</p>`,
  );
  const rows = steps.map(({ title, reason }) =>
    html`<li>${title}${reason === undefined ? "" : `: ${reason}`}</li>`
  );
  return html`<section class="plan">
    <h3>${server}</h3>
    <p><strong>${release}</strong> ${from}</p>
    ${lost}
    <ol>${rows}</ol>
    ${given(forget.join(", "), (ids) => html`<p class="quiet">Forgets ${ids}</p>`)}
  </section>`;
}
