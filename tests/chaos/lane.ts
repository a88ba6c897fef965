/**
 * Tries cases on a host of its own: a process of `main.ts`, which sends a line of JSON for each case and gets one back.
 *
 * Argument: the folder where the states of hosts are kept.
 */

import { tryCase } from "./case.ts";
import { jsonLine, jsonLines } from "./lines.ts";
import type { Step } from "./model.ts";
import { runSteps } from "./model_run.ts";
import { Stage } from "./stage.ts";
import { ways } from "./ways.ts";

/** A sequence of commands to run. */
export interface Sequence {
  readonly steps: readonly Step[];
  /** Milliseconds since 1970 after which no step begins. */
  readonly until?: number;
}

/** An undisturbed run of a scenario's command, or a case. */
export interface Order {
  readonly scenario: string;
  readonly way?: string;
  readonly call?: number;
}

/** The outcome of a case. */
export interface Tried {
  /** The call was made; else nothing was broken. */
  readonly struck: boolean;
  readonly problems: readonly string[];
  /** Problems of the first try, where the second one had none. */
  readonly unsteady: readonly string[];
  readonly milliseconds: number;
  readonly said: string;
}

async function attempt(stage: Stage, { scenario, way = "", call = 0 }: Order) {
  return await tryCase(stage, scenario, ways[way]!, call)
    .catch((error) => ({ struck: true, problems: [`the case can't be tried: ${error.stack}`], said: "" }));
}

/** On a busy machine a case may fail by its own clocks. One that fails only once is told, and passes. */
async function tried(stage: Stage, order: Order): Promise<Tried> {
  const began = Date.now();
  const first = await attempt(stage, order);
  const { struck, problems, said } = first.problems.length === 0 ? first : await attempt(stage, order);
  const unsteady = problems.length === 0 ? first.problems : [];
  return { struck, problems, unsteady, milliseconds: Date.now() - began, said };
}

async function main(folder: string): Promise<void> {
  await using stage = await Stage.open(folder);
  for await (const order of jsonLines<Order | Sequence>(watched())) {
    const answer = "steps" in order
      ? await runSteps(stage.bench, order.steps, order.until)
      : order.way === undefined
      ? { calls: (await stage.right(order.scenario, 1)).calls }
      : await tried(stage, order);
    Deno.stdout.writeSync(jsonLine(answer));
    busy = false;
  }
}

let busy = false;

/** The orders. When they end amid a case, the program that gave them was ended, and so is this one. */
function watched(): ReadableStream<Uint8Array<ArrayBuffer>> {
  return Deno.stdin.readable.pipeThrough(
    new TransformStream({
      transform: (chunk, controller) => {
        busy = true;
        controller.enqueue(chunk);
      },
      flush: () => {
        if (busy) Deno.exit(1);
      },
    }),
  );
}

if (import.meta.main) {
  // A library that gives up on a lost connection must not end the lane.
  addEventListener("unhandledrejection", (event) => event.preventDefault());
  await main(Deno.args[0] ?? "").catch((error) => {
    Deno.stderr.writeSync(new TextEncoder().encode(`${error.stack}\n`));
    Deno.exit(1);
  });
  Deno.exit();
}
