/** Tries sequences in a lane, and makes a failing one short. */

import { generate, shrunk, type Step, stepWords } from "./model.ts";
import type { Failure } from "./model_run.ts";
import type { Lane } from "./pool.ts";

/** Steps of a sequence: as many as can be tried again and again while it is made short. */
const length = 15;
/** Sequences that are tried to make a failing one short. */
const patience = 40;

/** The outcome of all sequences. */
export interface Modelled {
  readonly done: number;
  readonly whole: boolean;
}

interface Answer {
  readonly done: number;
  readonly failure?: Failure;
}

/**
 * @param count how many steps
 * @param time milliseconds after which none begins, counted from the first
 */
export async function tryModel(
  lane: Lane,
  count: number,
  random: () => number,
  time: number,
  say: (text: string) => void,
): Promise<Modelled> {
  let done = 0;
  // Brings the host to where sequences begin.
  await lane.ask({ steps: [] });
  const until = Date.now() + time;
  for (let begun = 0; begun < count && Date.now() < until; begun += length) {
    const steps = generate(Math.min(length, count - begun), random);
    const answer = await trySteps(lane, steps, until, say);
    done += answer.done;
    say(`${done} steps of ${count}`);
    if (!answer.whole) return { done, whole: false };
  }
  return { done, whole: true };
}

/** Tries one sequence. */
export async function trySteps(
  lane: Lane,
  steps: readonly Step[],
  until: number,
  say: (text: string) => void,
): Promise<Modelled> {
  const ask = (some: readonly Step[], end?: number) =>
    lane.ask<Answer>({ steps: some, ...end === undefined || end === Infinity ? {} : { until: end } });
  const { done, failure } = await ask(steps, until);
  if (failure === undefined) return { done, whole: true };
  const failing = steps.slice(0, failure.at + 1);
  say(`A sequence fails: ${stepWords(failing)}\n${list(failure)}`);
  let last: Failure | undefined;
  let tries = 0;
  const short = await shrunk(failing, async (some) => {
    if (tries++ >= patience) return false;
    const again = await ask(some);
    last = again.failure ?? last;
    return again.failure !== undefined;
  });
  // On a busy machine a step may fail by its own clocks: a failure that does not come again is told, and passes.
  const steady = short.length < failing.length || (await ask(failing)).failure !== undefined;
  say(`${steady ? "FAILED" : "UNSTEADY"} --steps ${stepWords(short)}\n${list(last ?? failure)}`);
  return { done, whole: !steady };
}

function list({ problems }: Failure): string {
  return problems.map((text) => `  ${text}\n`).join("");
}
