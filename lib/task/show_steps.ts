// Steps of a plan for people and for programs: what would be done, and what would be run for it.

import type { Ui } from "../ui/mod.ts";

/** A step, and what it would run on each server. */
export interface ShownStep {
  readonly title: string;
  /** Why it is needed, where that is not always so. */
  readonly reason?: string | undefined;
  /** Its scripts, by the server's name; secrets are masked. */
  readonly scripts: ReadonlyMap<string, readonly string[]>;
}

/** A row a step; with `verbose` its scripts below it. */
export function stepRows(steps: readonly ShownStep[], verbose: boolean): string[] {
  return steps.flatMap(({ title, reason, scripts }) => {
    const row = `  - ${title}${reason === undefined ? "" : `: ${reason}`}`;
    if (!verbose) return [row];
    const several = scripts.size > 1;
    const blocks = [...scripts].flatMap(([server, texts]) =>
      texts.flatMap((text) => [
        ...several ? [`      on ${server}:`] : [],
        ...text.split("\n").map((line) => `      ${line}`),
      ])
    );
    return [row, ...blocks];
  });
}

/** A step for programs. */
export interface StepJson {
  /** Its title. */
  readonly title: string;
  /** Why it is needed, where that is not always so. */
  readonly reason?: string;
  /** Its scripts, secrets masked: with `--verbose`. */
  readonly scripts?: readonly string[];
}

/** The steps of one server as a value for JSON; with `verbose` with their scripts. */
export function stepsJson(steps: readonly ShownStep[], server: string, verbose: boolean): StepJson[] {
  return steps.map(({ title, reason, scripts }) => ({
    title,
    ...reason === undefined ? {} : { reason },
    ...verbose ? { scripts: scripts.get(server) ?? [] } : {},
  }));
}

/** With `--plan`, of work that brings no release: what would happen on a server. */
export interface WorkJson {
  /** The server's name. */
  readonly server: string;
  /** The steps. */
  readonly steps: readonly StepJson[];
}

/** Says what work would do on each server, step by step; with `--verbose` also what the steps would run. */
export function tellSteps(
  ui: Ui,
  all: readonly (readonly [server: string, steps: readonly ShownStep[]])[],
): void {
  const value = all.map(([server, steps]) => ({ server, steps: stepsJson(steps, server, ui.verbose) }));
  const rows = all.flatMap(([server, steps]) => [`${server}:`, ...stepRows(steps, ui.verbose)]);
  ui.result(value satisfies WorkJson[], rows.join("\n"));
}
