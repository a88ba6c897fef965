// A failure on the page: what, why, and what to do.

import type { Fault, FaultCause } from "./fault.ts";
import { given, type Html, html, none } from "./html.ts";

/** Shows a failure, perhaps with a further sentence. */
export function faultView(fault: Fault, more = ""): Html {
  const { message, details, causes, undone = [], undoFailures = [], live = [] } = fault;
  const lines = [...details, ...causes.flatMap((cause) => causeLines(cause, "because"))];
  // Undoing stops at its first failure; what follows in the list lies behind it.
  const left = undoFailures.flatMap((cause, index) =>
    causeLines(cause, index === 0 ? "Cannot undo everything" : "because")
  );
  return html`<section class="notice bad" role="alert">
    <h3>${message}</h3>
    ${linesView("Reason", lines)}
    ${given(undone.join(", "), (text) => html`<p>Undone: ${text}</p>`)}
    ${linesView("Not undone", left)}
    ${given(live.join(", "), (text) => html`<p>Live: ${text}, as before</p>`)}
    ${hintsOf(fault).map((text) => html`<p class="hint"><b>Hint:</b> ${text}</p>`)}
    ${given(more, (text) => html`<p>${text}</p>`)}
  </section>`;
}

function causeLines({ message, details }: FaultCause, word: string): readonly string[] {
  return [`${word}: ${message}`, ...details];
}

function linesView(name: string, lines: readonly string[]): Html {
  return lines.length === 0 ? none : html`<pre tabindex="0" aria-label="${name}">${lines.join("\n")}</pre>`;
}

function hintsOf({ hint, causes, problems = [], undoFailures = [] }: Fault): readonly string[] {
  const all = [hint, ...[...problems, ...causes, ...undoFailures].map((one) => one.hint)];
  return [...new Set(all.filter((one) => typeof one === "string" && one !== ""))] as string[];
}
