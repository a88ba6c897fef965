// The ui that the command line and the surroundings ask for.

import { type CiSystem, ciSystem, ciUi } from "../ui/ci.ts";
import { jsonUi } from "../ui/json.ts";
import { standardKeyboard } from "../ui/keyboard.ts";
import type { CommandUi } from "../ui/mod.ts";
import { terminalUi } from "../ui/terminal.ts";
import type { Words } from "../task/options.ts";

/** The command line's choices about output, by option. */
export type UiChoice = Readonly<Record<"json" | "verbose" | "quiet" | "yes" | "noColor", boolean>>;

/** The choices in the values of a command line. */
export function uiChoice(values: Words["values"]): UiChoice {
  const isSet = (name: string) => values[name] === true;
  return {
    json: isSet("json"),
    verbose: isSet("verbose"),
    quiet: isSet("quiet"),
    yes: isSet("yes"),
    noColor: isSet("no-color"),
  };
}

/** Makes the ui for this program's own output; its questions end with the signal. */
export function standardUi(choice: UiChoice, signal: AbortSignal): CommandUi {
  const { json, verbose, quiet, yes, noColor } = choice;
  if (json) return jsonUi({ verbose, yes });
  const terminal = Deno.stderr.isTerminal() && Deno.env.get("TERM") !== "dumb";
  const colour = terminal && !noColor && (Deno.env.get("NO_COLOR") ?? "") === "";
  const keyboard = standardKeyboard(signal);
  const ui = terminalUi({
    terminal,
    colour,
    outTerminal: Deno.stdout.isTerminal(),
    verbose,
    quiet,
    yes,
    columns: terminalWidth,
    ...(keyboard ? { keyboard } : {}),
  });
  const system = terminal || quiet ? undefined : ciSystem(Deno.env.get);
  return system === undefined ? ui : ciUi({ system, ui, ...jobSummary(system) });
}

/** GitHub names a file for the summary. A summary that can't be written stops no deploy. */
function jobSummary(system: CiSystem): { summarize?: (markdown: string) => void } {
  const file = system === "github" ? Deno.env.get("GITHUB_STEP_SUMMARY") : undefined;
  if (file === undefined || file === "") return {};
  return {
    summarize: (markdown) => {
      try {
        Deno.writeTextFileSync(file, markdown, { append: true });
      } catch {
        // The log says the same.
      }
    },
  };
}

/** Unknown where standard output leads elsewhere, and 0 on some terminals. */
function terminalWidth(): number {
  try {
    return Deno.consoleSize().columns || 80;
  } catch {
    return 80;
  }
}
