/** The result of a measurement, and its print. */

/** One figure beside another one. */
export interface Row {
  /** The measured thing. */
  readonly title: string;
  /** Ours, for people. */
  readonly ours: string;
  /** A note beside it, for people. */
  readonly beside: string;
  /** Ours as a part of what stands beside it. */
  readonly ratio?: number;
  /** The wanted value. */
  readonly aim?: string;
  /** True when it has that value. */
  readonly met?: boolean;
}

/** All that one part of the benchmark found. */
export interface Finding {
  readonly rows: readonly Row[];
  /** Numbers behind the rows, for programs. */
  readonly values: Readonly<Record<string, unknown>>;
  /** A table of its own, or what explains the rows. */
  readonly notes: readonly string[];
}

/** A part of the benchmark. */
export interface Part {
  readonly name: string;
  readonly description: string;
  /** Minutes that it takes, when it is measured only by its name. */
  readonly minutes?: number;
  /** Why it can't be measured here; undefined when it can. */
  unavailable(): string | undefined;
  run(say: (text: string) => void): Promise<Finding>;
}

/** A row whose ratio has an aim: at most that much. */
export function ratioRow(title: string, ours: number, beside: number, aim?: number): Row {
  const ratio = ours / beside;
  return {
    title,
    ours: `${milliseconds(ours)}`,
    beside: `${milliseconds(beside)}`,
    ratio,
    ...(aim === undefined ? {} : { aim: `at most ${aim}`, met: ratio <= aim }),
  };
}

/** Milliseconds for people. */
export function milliseconds(value: number): string {
  if (value >= 10_000) return `${(value / 1000).toFixed(1)} s`;
  return `${value.toFixed(value < 100 ? 1 : 0)} ms`;
}

/** The rows as a table. */
export function rowsText(rows: readonly Row[]): string[] {
  const cells = rows.map((row) => [
    row.title,
    row.ours,
    row.beside,
    row.ratio === undefined ? "" : row.ratio.toFixed(2),
    row.aim === undefined ? "" : `${row.aim}: ${row.met ? "met" : "not met"}`,
  ]);
  return table(["", "ours", "beside it", "ratio", "aim"], cells);
}

/** Lines of a table; all columns but the first and those that hold words are set to the right. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  left: readonly number[] = [0, 4],
): string[] {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length))
  );
  return [head, ...rows].map((row) =>
    row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return left.includes(column) ? cell.padEnd(width) : cell.padStart(width);
    }).join("  ").trimEnd()
  );
}
