// Output of tasks for a person: results on standard output, everything else on standard error.

import { bytes, duration, printable } from "../core/text.ts";
import { CurrentStep, type Far, shareText } from "./current_step.ts";
import type { Keyboard } from "./keyboard.ts";
import { LiveRows } from "./live_rows.ts";
import type { CommandUi, ErrorPlace, LineOptions, LineTime, Person, ResultOptions } from "./mod.ts";
import { personAt } from "./person.ts";
import { errorText } from "./report.ts";
import { endingOutput, type Sink, standardError, standardOutput, withSource, writeText } from "./sink.ts";
import { codes, Style } from "./style.ts";

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
  /** Its height. */
  readonly height?: () => number;
  /** Milliseconds since some moment. */
  readonly now?: () => number;
}

/** After so many milliseconds a step is named though it hasn't ended, for logs that nobody can look back into. */
const announceAfter = 5000;

/** Transfers are drawn not more often than every so many milliseconds. */
const drawEvery = 100;

/** Makes a ui for a terminal, or for a log when `terminal` isn't true. */
export function terminalUi(options: TerminalUiOptions = {}): CommandUi {
  return new TerminalUi(options);
}

class TerminalUi implements CommandUi {
  readonly verbose: boolean;
  readonly terminal: boolean;
  readonly #options: TerminalUiOptions;
  readonly #out: Sink;
  readonly #output: Sink;
  readonly #err: Sink;
  readonly #now: () => number;
  readonly #columns: () => number;
  readonly #style: Style;
  readonly #live: LiveRows;
  #step: CurrentStep | undefined;
  /** True while bytes of a command or a question stand at the bottom: nothing is drawn into them. */
  #occupied = false;
  /** Draws the step each second, or names it once where there is no terminal. */
  #timer: ReturnType<typeof setInterval> | undefined;
  #failureShown = false;
  /** The lines of what failed. */
  #unfolded: readonly string[] = [];
  /** When the step's rows were drawn last. */
  #drawn = -Infinity;

  constructor(options: TerminalUiOptions) {
    const { verbose = false, terminal = false, out = standardOutput, err = standardError } = options;
    this.#options = options;
    this.verbose = verbose;
    this.terminal = terminal;
    this.#out = out;
    this.#output = options.output ?? options.out ?? endingOutput;
    this.#err = err;
    this.#now = options.now ?? (() => performance.now());
    this.#columns = options.columns ?? (() => 80);
    this.#style = new Style({ colour: options.colour === true, wraps: terminal, columns: this.#columns });
    this.#live = new LiveRows(err, this.#columns, options.height);
  }

  step(title: string): void {
    const working = this.#step?.working() ?? [];
    this.#endStep(true);
    const step = this.#step = new CurrentStep(title, this.#now());
    // Steps that share a script begin while it runs.
    for (const name of working) step.server(name, true, step.began);
    this.#occupied = false;
    if (this.#options.quiet) return;
    this.#draw();
    this.#timer = this.terminal
      ? setInterval(() => this.#draw(), 1000)
      : setTimeout(() => this.#announce(), announceAfter);
    Deno.unrefTimer(this.#timer);
  }

  failed(title: string): void {
    if (this.#step?.title === title) this.#endStep(false);
    this.#failureShown = true;
  }

  info(text: string): void {
    if (!this.#options.quiet) this.#print(this.#style.clean(text));
  }

  warn(text: string, hint?: string): void {
    const label = this.#style.paint(codes.yellow, "Warning:");
    this.#print(
      this.#style.wrap(
        `${label} ${this.#style.clean(text)}${hint ? `\n  Hint: ${this.#style.clean(hint)}` : ""}`,
      ),
    );
  }

  line(source: string, text: string, { folded = false }: LineOptions = {}): void {
    if (this.#options.quiet) return;
    if (folded && this.terminal && !this.verbose && this.#step !== undefined) {
      this.#step.fold(source, text);
      return this.#draw();
    }
    this.#print(this.#style.line(source, text));
  }

  server(name: string, working: boolean): void {
    this.#step?.server(name, working, this.#now());
    this.#draw();
  }

  progress(label: string, done: number, total: number, estimate?: Far["estimate"]): void {
    if (this.#options.quiet) return;
    const step = this.#step ?? new CurrentStep("", this.#now());
    this.#step = step;
    const further = step.transfer(label, { done, total, estimate }, this.#now());
    if (this.terminal) {
      // Many servers send at the same time, faster than anybody reads.
      if (further || this.#now() - this.#drawn >= drawEvery) this.#draw();
    } else if (further) {
      const about = total > 0 ? shareText({ done, total, estimate }) : `${bytes(done)} so far`;
      this.#print(`  ${printable(label)} ${about}`);
    }
  }

  status(text: string): void {
    if (this.#step !== undefined) this.#step.about = text;
    this.#draw();
  }

  result(_value: unknown, text: string, { prose = false }: ResultOptions = {}): void {
    this.#endStep(true);
    const shown = this.#style.clean(text);
    const wraps = prose && this.#options.outTerminal;
    if (text !== "") writeText(this.#out, `${wraps ? this.#style.wrap(shown) : shown}\n`);
  }

  output(chunk: Uint8Array, stream: "out" | "err", source?: string, time?: LineTime): void {
    this.#announce();
    this.#live.clear();
    this.#occupied = true;
    const sink = stream === "out" ? this.#output : this.#err;
    if (source === undefined) return sink(withSource(chunk, source, time));
    // Both may lead to one terminal, or only one of them.
    const { colour, outTerminal } = this.#options;
    const name = colour && (stream === "err" || outTerminal)
      ? this.#style.name(source)
      : this.#style.clean(source);
    sink(withSource(chunk, name, time));
  }

  async confirm(question: string): Promise<boolean> {
    return this.#options.yes === true || await this.person?.confirm(question) === true;
  }

  get person(): Person | undefined {
    const { keyboard } = this.#options;
    if (!this.terminal || keyboard === undefined) return undefined;
    return personAt(keyboard, {
      // A step does not last while somebody thinks, and hasn't failed when the answer is no. It goes on where a server is only reached.
      waits: () => {
        if (this.#step?.working().length === 0) this.#endStep(true);
      },
      ask: (question) => this.#prompt(question),
      answered: () => {
        this.#occupied = false;
      },
      newLine: () => writeText(this.#err, "\n"),
    });
  }

  fail(error: unknown, place?: ErrorPlace): void {
    // After the word of a failed step, its undoing goes on now.
    this.#endStep(this.#failureShown);
    const paint = (text: string) => this.#style.paint(codes.error, text);
    const above = this.#unfolded;
    const text = this.#style.colours(errorText(error, { verbose: this.verbose, paint, place, above }));
    writeText(this.#err, `${this.#style.wrap(text)}\n`);
  }

  end(): void {
    this.#endStep(true);
  }

  #prompt(question: string): void {
    this.#announce();
    this.#live.clear();
    this.#occupied = true;
    writeText(this.#err, this.#style.clean(question));
  }

  #endStep(well: boolean): void {
    const step = this.#step;
    this.#step = undefined;
    this.#live.clear();
    clearInterval(this.#timer);
    if (step === undefined || step.title === "" || this.#options.quiet) return;
    if (!well) this.#unfold(step);
    const mark = well ? this.#style.paint(codes.green, "✓") : this.#style.paint(codes.red, "✗");
    const took = this.#style.paint(codes.dim, duration(this.#now() - step.began));
    writeText(this.#err, `${this.#style.wrap(`${mark} ${this.#style.clean(step.title)} ${took}`)}\n`);
  }

  /** The output of what failed. */
  #unfold(step: CurrentStep): void {
    const { lines, dropped } = step.unfold();
    if (dropped > 0) writeText(this.#err, `${dropped} lines came before\n`);
    for (const { source, text } of lines) writeText(this.#err, `${this.#style.line(source, text)}\n`);
    this.#unfolded = lines.map(({ text }) => text);
  }

  #draw(): void {
    if (this.terminal && !this.#options.quiet && !this.#occupied && this.#step !== undefined) {
      this.#drawn = this.#now();
      this.#live.show(this.#step.rows(this.#drawn, this.#columns()));
    }
  }

  /** Names the step above its first output, so that nobody takes the lines for another step's. */
  #announce(): void {
    const step = this.#step;
    if (step === undefined || step.announced || step.title === "" || this.#options.quiet) return;
    step.announced = true;
    this.#live.above(() => writeText(this.#err, `• ${this.#style.clean(step.title)}\n`));
  }

  #print(text: string): void {
    this.#announce();
    this.#live.above(() => writeText(this.#err, `${text}\n`));
  }
}
