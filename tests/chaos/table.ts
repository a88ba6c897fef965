/** The table of what was broken and what survived. */

import { scenarios } from "./scenarios.ts";
import { unsurvivable } from "./unsurvivable.ts";
import { ways } from "./ways.ts";

/** The outcomes of a scenario's cases. */
export interface Row {
  /** Program calls that the undisturbed command makes. */
  calls: number;
  /** Milliseconds of all cases. */
  milliseconds: number;
  /** Cases whose call was never made. */
  missed: number;
  readonly cells: Map<string, { passed: number; total: number }>;
}

/** All of it, by scenario. */
export type Score = Map<string, Row>;

/** The table as Markdown, the sum, and whether all is well. */
export function table(score: Score, columns: readonly string[]): { text: string; whole: boolean } {
  const cell = ({ cells }: Row, way: string) => cells.get(way) ?? { passed: 0, total: 0 };
  const head = ["command", "calls", ...columns.map((way) => ways[way]?.title ?? way)];
  const rows = [...score].map(([name, row]) => [
    scenarios[name]?.title ?? name,
    `${row.calls}`,
    ...columns.map((way) => `${cell(row, way).passed}/${cell(row, way).total}`),
  ]);
  const all = [...score.values()];
  const cells = all.flatMap(({ cells }) => [...cells.values()]);
  const [passed, total, missed] = [
    sum(cells.map(({ passed }) => passed)),
    sum(cells.map(({ total }) => total)),
    sum(all.map(({ missed }) => missed)),
  ];
  const lines = [head, head.map(() => "---"), ...rows].map((words) => `| ${words.join(" | ")} |`);
  const reasons = unsurvivable.map(({ what, why }) => `- ${what}: ${why}`);
  const text = [
    ...lines,
    "",
    `${passed} of ${total} cases passed. In ${missed} the call was never made. A case took ${
      (sum(all.map(({ milliseconds }) => milliseconds)) / 1000 / Math.max(total, 1)).toFixed(1)
    } s on average.`,
    ...reasons.length === 0 ? [] : ["", "What no command can survive:", "", ...reasons],
  ].join("\n");
  return { text, whole: passed === total && total > 0 };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
