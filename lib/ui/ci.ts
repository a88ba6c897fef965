// Output of tasks in a CI job: steps with output become groups, errors and warnings annotations at the line of the
// Alcaidefile (of GitLab's in a report), and the job gets a summary. Everything else is said as in any log.

import { stripAnsiCode } from "@std/fmt/colors";
import type { ConfigError } from "../core/error.ts";
import { duration, printable } from "../core/text.ts";
import type { Mark } from "./code_quality.ts";
import { fieldPlace } from "./field_place.ts";
import type { CommandUi, ErrorPlace, LineOptions, Person, ResultOptions } from "./mod.ts";
import { errorEvent, errorText } from "./report.ts";
import { type Sink, standardError, writeText } from "./sink.ts";

/** A system that runs jobs. Forgejo's and Gitea's runners understand what GitHub's does. */
export type CiSystem = "github" | "gitlab";

/** The inputs of {@linkcode ciUi}. */
export interface CiOptions {
  /** The system. */
  readonly system: CiSystem;
  /** Says everything else. */
  readonly ui: CommandUi;
  /** The sink of groups and annotations. Default: standard error, as for steps. */
  readonly err?: Sink;
  /** Takes the summary, in Markdown. Without it there is none. */
  readonly summarize?: (markdown: string) => void;
  /** Takes the errors that have a line, where the log can't bear them: GitLab's. */
  readonly mark?: (marks: readonly Mark[]) => void;
  /** Milliseconds since some moment. */
  readonly now?: () => number;
}

/** The system that variables of the environment name; undefined outside of a job. */
export function ciSystem(variable: (name: string) => string | undefined): CiSystem | undefined {
  if (variable("GITHUB_ACTIONS") === "true") return "github";
  return variable("GITLAB_CI") === "true" ? "gitlab" : undefined;
}

interface Step {
  readonly title: string;
  readonly began: number;
  open: boolean;
}

/** Makes a ui for a job's log. */
export function ciUi(options: CiOptions): CommandUi {
  return new CiUi(options);
}

class CiUi implements CommandUi {
  readonly verbose: boolean;
  readonly terminal: boolean;
  readonly #options: CiOptions;
  readonly #ui: CommandUi;
  readonly #steps: string[] = [];
  readonly #parts: string[] = [];
  readonly #marks: Mark[] = [];
  #step: Step | undefined;

  constructor(options: CiOptions) {
    this.#options = options;
    this.#ui = options.ui;
    this.verbose = options.ui.verbose;
    this.terminal = options.ui.terminal;
  }

  get person(): Person | undefined {
    return this.#ui.person;
  }

  step(title: string): void {
    this.#close();
    this.#ui.step(title);
    this.#step = { title, began: this.#now(), open: false };
  }

  failed(title: string): void {
    if (this.#step?.title === title) this.#close("✗");
    this.#ui.failed(title);
  }

  info(text: string): void {
    this.#ui.info(text);
  }

  warn(text: string, hint?: string): void {
    this.#ui.warn(text, hint);
    this.#annotate("warning", text, { why: hint ? [`Hint: ${hint}`] : [] });
    this.#parts.push(`> **Warning:** ${cell(text)}`);
  }

  line(source: string, text: string, options?: LineOptions): void {
    this.#open();
    this.#ui.line(source, text, options);
  }

  progress(...args: Parameters<CommandUi["progress"]>): void {
    this.#open();
    this.#ui.progress(...args);
  }

  result(value: unknown, text: string, options?: ResultOptions): void {
    this.#close();
    this.#ui.result(value, text, options);
    if (text !== "") this.#parts.push(fenced(text));
  }

  output(...args: Parameters<CommandUi["output"]>): void {
    this.#ui.output(...args);
  }

  confirm(question: string): Promise<boolean> {
    return this.#ui.confirm(question);
  }

  fail(error: unknown, place?: ErrorPlace): void {
    this.#close("✗");
    this.#ui.fail(error, place);
    for (const { text, why, at } of places(error, place)) this.#annotate("error", text, { why, at });
    this.#parts.push(fenced(errorText(error, { place })));
  }

  end(): void {
    this.#close();
    this.#ui.end();
    const table = ["| step | took |", "| --- | --- |", ...this.#steps].join("\n");
    const all = this.#steps.length === 0 ? this.#parts : [table, ...this.#parts];
    if (all.length === 0) return;
    this.#options.summarize?.(`${all.join("\n\n")}\n\n`);
    this.#options.mark?.(this.#marks);
  }

  /** Opens the group of a step, before its first line. */
  #open(): void {
    if (this.#step === undefined || this.#step.open) return;
    this.#step.open = true;
    this.#write(groupStart(this.#options.system, this.#step.title));
  }

  #close(mark = "✓"): void {
    if (this.#step === undefined) return;
    const { title, began, open } = this.#step;
    this.#step = undefined;
    if (open) this.#write(groupEnd(this.#options.system));
    this.#steps.push(`| ${mark} ${cell(title)} | ${duration(this.#now() - began)} |`);
  }

  #annotate(kind: "error" | "warning", text: string, { why = [], at = "" }: Partial<Fault> = {}): void {
    const [, file, line = "", col] = /^(.+?):(\d+):(\d+)$/.exec(at) ?? [];
    if (this.#options.system === "github") {
      const where = file === undefined ? "" : ` file=${escapeProperty(file)},line=${line},col=${col}`;
      this.#write(`::${kind}${where}::${escapeData(plain([text, ...why].join("\n")))}`);
    } else if (file !== undefined) this.#marks.push({ text: plain(text), file, line });
  }

  #write(line: string): void {
    writeText(this.#options.err ?? standardError, `${line}\n`);
  }

  #now(): number {
    return (this.#options.now ?? (() => performance.now()))();
  }
}

/** A fault, its causes with their hints, and its place in the user's own code where that is known. */
interface Fault {
  readonly text: string;
  readonly why: readonly string[];
  readonly at: string | undefined;
}

function places(error: unknown, place?: ErrorPlace): readonly Fault[] {
  const { message, hint, causes, problems = [] } = errorEvent(error);
  if (problems.length === 0) {
    const hints = new Set([hint, ...causes.map((cause) => cause.hint)].filter((one) => one));
    const why = [
      ...causes.map((cause) => `because: ${cause.message}`),
      ...[...hints].map((one) => `Hint: ${one}`),
    ];
    return [{ text: message, why, at: place?.position }];
  }
  const { file } = error as ConfigError;
  return problems.map(({ path, problem, hint }) => ({
    text: `Cannot use ${path}: ${problem}`,
    why: hint ? [hint] : [],
    at: file === undefined ? path : fieldPlace(file, path) ?? path,
  }));
}

function groupStart(system: CiSystem, title: string): string {
  const name = plain(title);
  return system === "github"
    ? `::group::${escapeData(name)}`
    : `\x1b[0Ksection_start:${seconds()}:alcaide_step\r\x1b[0K${name}`;
}

function groupEnd(system: CiSystem): string {
  return system === "github" ? "::endgroup::" : `\x1b[0Ksection_end:${seconds()}:alcaide_step\r\x1b[0K`;
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

function plain(text: string): string {
  return stripAnsiCode(printable(text));
}

/** Text on one line of a table. */
function cell(text: string): string {
  return plain(text).replaceAll("\n", " ").replaceAll("|", "\\|");
}

/** Text as it is, whatever it holds: the fence is longer than any in it. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${plain(text)}\n${fence}`;
}
