// Output of tasks for a person: results on standard output, everything else on standard error.

import { stripAnsiCode } from "@std/fmt/colors";
import { bytes, duration, printable } from "../core/text.ts";
import type { Keyboard } from "./keyboard.ts";
import type { CommandUi, ErrorPlace, Person } from "./mod.ts";
import { errorText } from "./report.ts";
import { endingOutput, type Sink, standardError, standardOutput, withSource, writeText } from "./sink.ts";
import { StatusLine } from "./status_line.ts";

/** How {@linkcode terminalUi} speaks. */
export interface TerminalUiOptions {
  /** The sink of results. Default: standard output. */
  readonly out?: Sink;
  /** The sink of commands' output. Default: that of results, until nobody reads it. */
  readonly output?: Sink;
  /** The sink of everything else. Default: standard error. */
  readonly err?: Sink;
  /** True when standard error is a terminal. */
  readonly terminal?: boolean;
  /** True for colours. */
  readonly colour?: boolean;
  /** True when standard output is a terminal, too. */
  readonly outTerminal?: boolean;
  /** With `--verbose`: commands and their output are shown, errors with their stack. */
  readonly verbose?: boolean;
  /** With `--quiet`: only results, warnings and errors. */
  readonly quiet?: boolean;
  /** With `--yes`: every question is answered with yes. */
  readonly yes?: boolean;
  /** Reads from the terminal. Without it every question is answered with no. */
  readonly keyboard?: Keyboard;
  /** Width of the terminal. */
  readonly columns?: () => number;
  /** Milliseconds since some moment. */
  readonly now?: () => number;
}

/** Codes of the terminal. The maker of the ui decides about colours, not a library. */
const codes = { red: "31", green: "32", yellow: "33", dim: "2", error: "1;31" } as const;

/** Colours of servers' names: none that means good or bad elsewhere. */
const sourceCodes = ["36", "35", "34", "1;36", "1;35", "1;34"] as const;

/** After so many milliseconds a step is named though it hasn't ended, for logs that nobody can look back into. */
const announceAfter = 5000;

/** Makes a ui for a terminal, or for a log when `terminal` isn't true. */
export function terminalUi(options: TerminalUiOptions = {}): CommandUi {
  return new TerminalUi(options);
}

interface CurrentStep {
  readonly title: string;
  readonly began: number;
  announced: boolean;
  timer?: ReturnType<typeof setTimeout>;
}

class TerminalUi implements CommandUi {
  readonly verbose: boolean;
  readonly terminal: boolean;
  readonly #options: TerminalUiOptions;
  readonly #out: Sink;
  readonly #output: Sink;
  readonly #err: Sink;
  readonly #now: () => number;
  readonly #status: StatusLine;
  readonly #progress = new Map<string, number>();
  #step: CurrentStep | undefined;
  #failureShown = false;

  constructor(options: TerminalUiOptions) {
    const { verbose = false, terminal = false, out = standardOutput, err = standardError } = options;
    this.#options = options;
    this.verbose = verbose;
    this.terminal = terminal;
    this.#out = out;
    this.#output = options.output ?? options.out ?? endingOutput;
    this.#err = err;
    this.#now = options.now ?? (() => performance.now());
    this.#status = new StatusLine(err, options.columns ?? (() => 80));
  }

  step(title: string): void {
    this.#endStep(true);
    const step: CurrentStep = { title, began: this.#now(), announced: false };
    this.#step = step;
    if (this.#options.quiet) return;
    if (this.terminal) return this.#status.show(`• ${printable(title)}`);
    const timer = setTimeout(() => this.#announce(), announceAfter);
    Deno.unrefTimer(timer);
    step.timer = timer;
  }

  failed(title: string): void {
    if (this.#step?.title === title) this.#endStep(false);
    this.#failureShown = true;
  }

  info(text: string): void {
    if (!this.#options.quiet) this.#print(this.#clean(text));
  }

  warn(text: string, hint?: string): void {
    const label = this.#paint(codes.yellow, "Warning:");
    this.#print(`${label} ${this.#clean(text)}${hint ? `\n  Hint: ${this.#clean(hint)}` : ""}`);
  }

  line(source: string, text: string): void {
    if (this.#options.quiet) return;
    this.#print(`${this.#name(source)} ${this.#paint(codes.dim, "|")} ${this.#clean(text)}`);
  }

  progress(label: string, done: number, total: number): void {
    if (this.#options.quiet || total <= 0) return;
    const percent = Math.min(100, Math.floor(done * 100 / total));
    const before = this.#progress.get(label) ?? 0;
    this.#progress.set(label, percent);
    const text = `${printable(label)} ${percent} % of ${bytes(total)}`;
    if (this.terminal) this.#showProgress(text);
    else if (tenth(percent) > tenth(before)) this.#print(`  ${text}`);
    if (percent >= 100) this.#progress.delete(label);
  }

  status(text: string): void {
    if (this.#options.quiet || !this.terminal) return;
    this.#status.show(`• ${this.#step ? `${printable(this.#step.title)}: ` : ""}${printable(text)}`);
  }

  result(_value: unknown, text: string): void {
    this.#endStep(true);
    if (text !== "") writeText(this.#out, `${this.#clean(text)}\n`);
  }

  output(chunk: Uint8Array, stream: "out" | "err", source?: string): void {
    this.#announce();
    this.#status.clear();
    const sink = stream === "out" ? this.#output : this.#err;
    if (source === undefined) return sink(chunk);
    // Both may lead to one terminal, or only one of them.
    const { colour, outTerminal } = this.#options;
    const name = colour && (stream === "err" || outTerminal) ? this.#name(source) : this.#clean(source);
    sink(withSource(chunk, name));
  }

  async confirm(question: string): Promise<boolean> {
    return this.#options.yes === true || await this.person?.confirm(question) === true;
  }

  get person(): Person | undefined {
    const { keyboard } = this.#options;
    if (!this.terminal || keyboard === undefined) return undefined;
    return {
      confirm: async (question) => {
        this.#prompt(`${question} [y/N] `);
        return /^\s*y(es)?\s*$/i.test(await keyboard.line());
      },
      line: async (question) => {
        this.#prompt(`${question} `);
        const line = await keyboard.line();
        return line === "" ? null : line.trim();
      },
      secret: async (question) => {
        try {
          return await keyboard.hidden(() => this.#prompt(`${question} `));
        } finally {
          writeText(this.#err, "\n");
        }
      },
    };
  }

  fail(error: unknown, place?: ErrorPlace): void {
    // After the word of a failed step, its undoing goes on now.
    this.#endStep(this.#failureShown);
    const paint = (text: string) => this.#paint(codes.error, text);
    writeText(this.#err, `${this.#colours(errorText(error, { verbose: this.verbose, paint, place }))}\n`);
  }

  end(): void {
    this.#endStep(true);
  }

  #prompt(question: string): void {
    this.#announce();
    this.#status.clear();
    writeText(this.#err, this.#clean(question));
  }

  #endStep(well: boolean): void {
    const step = this.#step;
    this.#step = undefined;
    this.#status.clear();
    this.#progress.clear();
    if (step === undefined) return;
    clearTimeout(step.timer);
    if (this.#options.quiet) return;
    const mark = well ? this.#paint(codes.green, "✓") : this.#paint(codes.red, "✗");
    const took = this.#paint(codes.dim, duration(this.#now() - step.began));
    writeText(this.#err, `${mark} ${this.#clean(step.title)} ${took}\n`);
  }

  /** Names the step above its first output, so that nobody takes the lines for another step's. */
  #announce(): void {
    const step = this.#step;
    if (step === undefined || step.announced || this.#options.quiet) return;
    step.announced = true;
    this.#status.above(() => writeText(this.#err, `• ${this.#clean(step.title)}\n`));
  }

  #print(text: string): void {
    this.#announce();
    this.#status.above(() => writeText(this.#err, `${text}\n`));
  }

  #showProgress(text: string): void {
    const others = [...this.#progress].filter(([label]) => !text.startsWith(`${printable(label)} `));
    const all = [text, ...others.map(([label, percent]) => `${printable(label)} ${percent} %`)];
    this.status(all.join(", "));
  }

  #clean(text: string): string {
    return this.#colours(printable(text));
  }

  #colours(text: string): string {
    return this.#options.colour ? text : stripAnsiCode(text);
  }

  #name(source: string): string {
    return this.#paint(sourceCodes[hash(source) % sourceCodes.length] ?? "36", this.#clean(source));
  }

  #paint(code: string, text: string): string {
    return this.#options.colour ? `\x1b[${code}m${text}\x1b[0m` : text;
  }
}

function tenth(percent: number): number {
  return Math.floor(percent / 10);
}

function hash(text: string): number {
  return [...text].reduce((sum, char) => (sum * 31 + (char.codePointAt(0) ?? 0)) % 1_000_003, 7);
}
