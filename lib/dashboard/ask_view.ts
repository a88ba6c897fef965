// The dialog of an action: what it is to do, its plan, and the yes.

import type { TaskInfo } from "../task/context.ts";
import { type Action, formOf } from "./actions.ts";
import type { App, Asked } from "./board.ts";
import { given, type Html, html, none } from "./html.ts";
import { type AnyPlan, plansOf } from "./plan.ts";

/** The form of an action. Its plan comes next. */
export function askView({ key, look }: App, name: string, action: Action): Html {
  const { label, task, options } = action;
  const { switches = [], choices } = formOf(action);
  return html`<form data-form="ask">
    <h2 id="dialog-name">${label} <span class="quiet">${key}</span></h2>
    ${given(options === undefined && task.description, (text) => html`<p>${text}.</p>`)}
    <input type="hidden" name="app" value="${key}"><input type="hidden" name="action" value="${name}">
    ${given(choices, (one) => choicesView(one, look))}
    ${switches.map((option) => switchView(option, task))}
    ${buttons("Show the plan")}
  </form>`;
}

function choicesView({ label, of }: NonNullable<Action["choices"]>, look: App["look"]): Html {
  const all = of(look).map(({ value, label }) => html`<option value="${value}">${label}</option>`);
  return html`<label class="field">${label} <select name="choice">${all}</select></label>`;
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
  return html`<form data-form="run" data-app="${key}">
    <h2 id="dialog-name">${label} <span class="quiet">${key}</span></h2>
    ${given(warning, (text) => html`<p>${text}</p>`)}
    ${
    plan === undefined ? html`<p>It is the project's own, and has no plan.</p>` : plansOf(plan).map(planView)
  }
    <input type="hidden" name="asked" value="${id}">
    ${buttons(`${label} now`)}
  </form>`;
}

function planView(plan: AnyPlan): Html {
  const { server, forget = [], dropped = [], steps } = plan;
  const lost = given(
    dropped.join(", "),
    (names) => html`<p class="note warning">No longer answers to ${names}</p>`,
  );
  const rows = steps.map(({ title, reason }) =>
    html`<li>${title}${reason === undefined ? "" : `: ${reason}`}</li>`
  );
  return html`<section class="plan">
    <h3>${server}</h3>
    ${releaseView(plan)}
    ${lost}
    <ol>${rows}</ol>
    ${given(forget.join(", "), (ids) => html`<p class="quiet">Forgets ${ids}</p>`)}
  </section>`;
}

/** The release of a plan, and the visitors that it gets. */
function releaseView({ release, previous, share }: AnyPlan): Html {
  if (release === undefined) return none;
  const gets = share === undefined
    ? `takes the traffic from ${previous}`
    : `gets ${share}; ${previous} stays live`;
  return html`<p><strong>${release}</strong> ${previous === null ? "is the first release" : gets}</p>`;
}
