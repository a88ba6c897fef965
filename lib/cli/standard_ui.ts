// The ui that the command line and the surroundings ask for.

import { dirname, join } from "node:path";
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

/** A summary that can't be written stops no deploy: the log says the same. */
function jobSummary(system: CiSystem): { summarize?: (markdown: string) => void } {
  const file = summaryFile(system);
  if (file === undefined) return {};
  return {
    summarize: (markdown) => {
      try {
        Deno.mkdirSync(dirname(file), { recursive: true });
        Deno.writeTextFileSync(file, markdown, { append: true });
      } catch {
        // As above.
      }
    },
  };
}

/** GitHub names a file; GitLab has no place for one, but the job may keep it as an artifact. */
function summaryFile(system: CiSystem): string | undefined {
  if (system === "github") return Deno.env.get("GITHUB_STEP_SUMMARY") || undefined;
  const project = Deno.env.get("CI_PROJECT_DIR");
  return project ? join(project, ".alcaide", "summary.md") : undefined;
}

/** Unknown where standard output leads elsewhere, and 0 on some terminals. */
function terminalWidth(): number {
  try {
    return Deno.consoleSize().columns || 80;
  } catch {
    return 80;
  }
}
