// The ui that the command line and the surroundings ask for.

import { above } from "./find_file.ts";
import { type CiOptions, type CiSystem, ciSystem, ciUi } from "../ui/ci.ts";
import { codeQuality } from "../ui/code_quality.ts";
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
    columns: () => terminalSize("columns") || 80,
    height: () => terminalSize("rows") || 24,
    ...(keyboard ? { keyboard } : {}),
  });
  const system = terminal || quiet ? undefined : ciSystem(Deno.env.get);
  return system === undefined ? ui : ciUi({ system, ui, ...jobFiles(system) });
}

/** The files of a job. One that can't be written stops no deploy: the log says the same. */
function jobFiles(system: CiSystem): Pick<CiOptions, "summarize" | "mark"> {
  // GitHub names a file for the summary. GitLab has no place for one, but the job may keep it as an artifact.
  if (system === "github") return summaryIn(Deno.env.get("GITHUB_STEP_SUMMARY"));
  const project = Deno.env.get("CI_PROJECT_DIR");
  if (!project) return {};
  const report = `${project}/.alcaide/gl-code-quality-report.json`;
  return {
    ...summaryIn(`${project}/.alcaide/summary.md`),
    mark: (marks) => write(report, codeQuality(read(report), marks, project)),
  };
}

function summaryIn(file: string | undefined): Pick<CiOptions, "summarize"> {
  return file ? { summarize: (markdown) => write(file, markdown, { append: true }) } : {};
}

function write(file: string, text: string, options: Deno.WriteFileOptions = {}): void {
  try {
    Deno.mkdirSync(above(file), { recursive: true });
    Deno.writeTextFileSync(file, text, options);
  } catch {
    // As above.
  }
}

function read(file: string): string {
  try {
    return Deno.readTextFileSync(file);
  } catch {
    return "";
  }
}

/** Unknown where nothing leads to a terminal, and 0 on some. */
function terminalSize(way: "columns" | "rows"): number {
  try {
    return Deno.consoleSize()[way];
  } catch {
    return 0;
  }
}
