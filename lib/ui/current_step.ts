// The step that runs now: how long, on which servers, how far its transfers are, and the last lines of what it runs.

import { bytes, duration, printable } from "../core/text.ts";

/** So many lines of a folded command are shown while it runs. */
const shownLines = 3;
/** So many are kept, for the case that it fails. */
const keptLines = 200;
/** Servers and transfers beyond so many are counted, not named. */
const shownServers = 8;

/** How far a transfer is, in bytes. A total of 0 is not known, one with a word is an estimate. */
export interface Far {
  readonly done: number;
  readonly total: number;
  readonly estimate?: "about" | "at most" | undefined;
}

interface Transfer extends Far {
  readonly began: number;
}

type Labelled = readonly [label: string, transfer: Transfer];

interface Line {
  readonly source: string;
  readonly text: string;
}

/** A step that has begun; without a title, what goes on outside of steps. Its times are milliseconds since some moment. */
export class CurrentStep {
  readonly title: string;
  readonly began: number;
  /** True once it was named above its output. */
  announced = false;
  /** How it goes on, in words; they stand in place of its time. */
  about: string | undefined;
  readonly #lines: Line[] = [];
  readonly #transfers = new Map<string, Transfer>();
  /** When a server began, or how long it took. */
  readonly #servers = new Map<string, { readonly began: number; readonly took?: number }>();
  #dropped = 0;

  /** Begins one. */
  constructor(title: string, began: number) {
    this.title = title;
    this.began = began;
  }

  /** Takes a line of a command whose output is only worth keeping when it fails. */
  fold(source: string, text: string): void {
    this.#lines.push({ source, text });
    if (this.#lines.length <= keptLines) return;
    this.#lines.shift();
    this.#dropped += 1;
  }

  /** Gives the folded lines, and how many came before them; then there are none. */
  unfold(): { readonly lines: readonly Line[]; readonly dropped: number } {
    const all = { lines: this.#lines.splice(0), dropped: this.#dropped };
    this.#dropped = 0;
    return all;
  }

  /** Says how far a transfer is; true when that is worth a line in a log: of many transfers only their end is. */
  transfer(label: string, far: Far, now: number): boolean {
    const { done, total } = far;
    const before = this.#transfers.get(label);
    this.#transfers.set(label, { began: before?.began ?? now, ...far });
    const pieces = this.#transfers.size > shownServers ? 1 : 10;
    return marks(done, total, pieces) > marks(before?.done ?? 0, total, pieces);
  }

  /** Says that a server begins or ends its part; with several parts its time is that of all. */
  server(name: string, working: boolean, now: number): void {
    const began = this.#servers.get(name)?.began ?? now;
    this.#servers.set(name, working ? { began } : { began, took: now - began });
  }

  /** The names of the servers that work. */
  working(): string[] {
    return [...this.#servers].filter(([, { took }]) => took === undefined).map(([name]) => name);
  }

  /** Shows it, the title first. */
  rows(now: number, columns: number): string[] {
    return [
      ...(this.title === "" ? [] : [`• ${printable(this.title)}${this.#going(now)}`]),
      ...this.#serverRows(now),
      ...this.#transferRows(now, columns),
      ...this.#lines.filter(({ text }) => text.trim() !== "").slice(-shownLines).map(({ source, text }) =>
        `  ${printable(source)} | ${printable(text)}`
      ),
    ];
  }

  #going(now: number): string {
    return this.about === undefined ? elapsed(now - this.began) : `: ${printable(this.about)}`;
  }

  /** A row a server while several work; those that still do come first. A transfer's row stands for its server. */
  #serverRows(now: number): string[] {
    const labels = [...this.#transfers.keys()];
    const all = [...this.#servers].filter(([name]) => !labels.some((label) => label.endsWith(` ${name}`)));
    const working = all.filter(([, { took }]) => took === undefined);
    if (all.length < 2 || working.length === 0) return [];
    const ended = all.filter(([, { took }]) => took !== undefined);
    return first(
      [...working, ...ended],
      (shown) =>
        shown.map(([name, { began, took }]) =>
          took === undefined
            ? `  • ${printable(name)}${elapsed(now - began)}`
            : `  ✓ ${printable(name)} ${duration(took)}`
        ),
    );
  }

  /** A row a transfer; where there are many, those that go on come first. Ended ones make way for what a command says then. */
  #transferRows(now: number, columns: number): string[] {
    const all = [...this.#transfers];
    if (this.#lines.length > 0 && all.every(([, transfer]) => ended(transfer) === 1)) return [];
    const sorted = all.length > shownServers ? all.toSorted(([, a], [, b]) => ended(a) - ended(b)) : all;
    return first(sorted, (shown) => transferRows(shown, now, columns));
  }
}

/** How long something goes on, from its first second on. */
function elapsed(took: number): string {
  return took < 1000 ? "" : ` ${duration(took)}`;
}

/** The rows of the first of them, and how many more there are. */
function first<One>(all: readonly One[], rows: (shown: readonly One[]) => string[]): string[] {
  const more = all.length - shownServers;
  return [...rows(all.slice(0, shownServers)), ...more > 0 ? [`    and ${more} more`] : []];
}

function ended({ done, total }: Transfer): number {
  return total > 0 && done >= total ? 1 : 0;
}

/** "34 % of about 1.2 GB". */
export function shareText({ done, total, estimate }: Far): string {
  return [`${Math.floor(Math.min(1, done / total) * 100)} % of`, estimate ?? [], bytes(total)].flat().join(
    " ",
  );
}

/** The columns that a row leaves free: the terminal may write ^C behind the last one. */
const free = 3;

/** Rate and time, which come a second later: a long bar that has no room for them would jump then. */
const later = ", 100 MB/s, 59 s left".length;

/** The forms of a row, from the widest on: columns of its bar, and whether it says that the time is an estimate. */
const forms = [[20, true], [10, true], [10, false], [0, true]] as const;

/**
 * A bar with rate and the time that is left, below each other. Where the window is narrow the bars get shorter, then a word less is said,
 * then the bars go, then the labels get rows of their own, then the totals go.
 */
function transferRows(transfers: readonly Labelled[], now: number, columns: number): string[] {
  const fits = (row: string, width = 0) =>
    row.length + (width < 20 || row.endsWith(" left") ? 0 : later) <= columns - free;
  const room = Math.max(0, ...transfers.map(([label]) => printable(label).length));
  const rows = forms.map(([width, word]) => {
    const all = transfers.map(([label, one]) =>
      `  ${printable(label).padEnd(room)} ${bar(shareOf(one), width)}${transferText(one, now, word)}`
    );
    return all.every((row) => fits(row, width)) ? all : undefined;
  });
  return rows.find((all) => all !== undefined) ?? transfers.flatMap(([label, one]) => {
    const below = `  ${transferText(one, now, true)}`;
    return [`  ${printable(label)}`, fits(below) ? below : below.replace(/ of [^,]*/, "")];
  });
}

/** "34 % of 2.1 MB, 786 kB/s, about 0.7 s left". */
function transferText(transfer: Transfer, now: number, word: boolean): string {
  const { began, done, total, estimate } = transfer;
  const share = shareOf(transfer);
  const seconds = (now - began) / 1000;
  const rate = seconds < 1 || share === 1 ? 0 : done / seconds;
  const left = `${duration((total - done) / rate * 1000)} left`;
  return [
    share === undefined ? bytes(done) : shareText(transfer),
    ...rate > 0 ? [`${bytes(rate)}/s`] : [],
    ...rate > 0 && share !== undefined ? [word && estimate !== undefined ? `${estimate} ${left}` : left] : [],
  ].join(", ");
}

function shareOf({ done, total }: Transfer): number | undefined {
  return total > 0 ? Math.min(1, done / total) : undefined;
}

function bar(share: number | undefined, width: number): string {
  const filled = Math.round((share ?? 0) * width);
  return share === undefined || width === 0 ? "" : `${"━".repeat(filled)}${"─".repeat(width - filled)} `;
}

/** Where nobody knows the total, a mark is a doubling from here on. */
const firstMark = 8 * 1024 * 1024;

/** How often a transfer was worth a line in a log: each of so many pieces. */
function marks(done: number, total: number, pieces: number): number {
  if (total > 0) return Math.floor(Math.min(1, done / total) * pieces);
  return Math.floor(Math.log2(Math.max(1, done / firstMark)));
}
