// A failure on the page: what, why, and what to do.

import { given, type Html, html, none } from "./html.ts";
import type { Fault } from "./run.ts";

/** Shows a failure, perhaps with a further sentence. */
export function faultView(
  { message, hint, details, causes, undone = [], live = [] }: Fault,
  more = "",
): Html {
  const lines = [...details, ...causes.flatMap((cause) => [`because: ${cause.message}`, ...cause.details])];
  const hints = [...new Set([hint, ...causes.map((cause) => cause.hint)])].filter((one) => one);
  return html`<section class="notice bad" role="alert">
    <h3>${message}</h3>
    ${lines.length === 0 ? none : html`<pre tabindex="0" aria-label="Reason">${lines.join("\n")}</pre>`}
    ${given(undone.join(", "), (text) => html`<p>Undone: ${text}</p>`)}
    ${given(live.join(", "), (text) => html`<p>Live: ${text}, as before</p>`)}
    ${hints.map((text) => html`<p class="hint"><b>Hint:</b> ${text}</p>`)}
    ${given(more, (text) => html`<p>${text}</p>`)}
  </section>`;
}
