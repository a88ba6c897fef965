// The ui that the command line and the surroundings ask for.

import { jsonUi } from "../ui/json.ts";
import { standardKeyboard } from "../ui/keyboard.ts";
import type { CommandUi } from "../ui/mod.ts";
import { terminalUi } from "../ui/terminal.ts";

/** The command line's choices about output, by option. */
export type UiChoice = Readonly<Record<"json" | "verbose" | "quiet" | "yes" | "noColor", boolean>>;

/** Makes the ui for this program's own output; its questions end with the signal. */
export function standardUi(choice: UiChoice, signal: AbortSignal): CommandUi {
  const { json, verbose, quiet, yes, noColor } = choice;
  if (json) return jsonUi({ verbose, yes });
  const terminal = Deno.stderr.isTerminal() && Deno.env.get("TERM") !== "dumb";
  const colour = terminal && !noColor && (Deno.env.get("NO_COLOR") ?? "") === "";
  const keyboard = standardKeyboard(signal);
  return terminalUi({
    terminal,
    colour,
    outTerminal: Deno.stdout.isTerminal(),
    verbose,
    quiet,
    yes,
    columns: terminalWidth,
    ...(keyboard ? { keyboard } : {}),
  });
}

/** Unknown where standard output leads elsewhere, and 0 on some terminals. */
function terminalWidth(): number {
  try {
    return Deno.consoleSize().columns || 80;
  } catch {
    return 80;
  }
}
