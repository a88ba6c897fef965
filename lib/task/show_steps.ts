/**
 * Steps of a plan for people: what would be done, and what would be run for it.
 *
 * @module
 */

import type { Command } from "../core/sh.ts";

/** A step, and what it would run on each server. */
export interface ShownStep {
  readonly title: string;
  /** Why it is needed, where that is not always so. */
  readonly reason?: string | undefined;
  /** What it would run, by the server's name. */
  readonly scripts: ReadonlyMap<string, readonly Command[]>;
}

/** A row a step; with `verbose` its scripts below it, in which secrets are masked. */
export function stepRows(steps: readonly ShownStep[], verbose: boolean): string[] {
  return steps.flatMap(({ title, reason, scripts }) => {
    const row = `  - ${title}${reason === undefined ? "" : `: ${reason}`}`;
    if (!verbose) return [row];
    const several = scripts.size > 1;
    const blocks = [...scripts].flatMap(([server, commands]) =>
      commands.flatMap(({ shown }) => [
        ...several ? [`      on ${server}:`] : [],
        ...shown.split("\n").map((line) => `      ${line}`),
      ])
    );
    return [row, ...blocks];
  });
}
