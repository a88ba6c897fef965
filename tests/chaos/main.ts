/**
 * Breaks commands at every program call that they make on a server, in every way, and prints a table.
 *
 * `deno task chaos [--sample N] [--minutes N] [--seed N] [--lanes N] [--scenario NAME,…] [--way NAME,…] [--only SCENARIO:WAY:CALL]
 * [--model [N]] [--steps STEP,…] [--states DIRECTORY]`
 *
 * `--model` runs random sequences of commands instead of the cases, or beside a sample: 1,000 steps, or as many as it says.
 * `--steps` repeats one such sequence.
 *
 * The states of hosts are kept in DIRECTORY, if there is one, for the next run of the same sources.
 */

import { parseArgs } from "@std/cli/parse-args";
import type { Order, Tried } from "./lane.ts";
import { readSteps } from "./model.ts";
import { tryModel, trySteps } from "./model_main.ts";
import { Lane, share } from "./pool.ts";
import { inTurns, randomFrom, spread } from "./sample.ts";
import { scenarios } from "./scenarios.ts";
import { type Score, table } from "./table.ts";
import { ways } from "./ways.ts";

const known = ["sample", "seed", "lanes", "minutes", "only", "scenario", "way", "states", "model", "steps"];
const flags = parseArgs(Deno.args, {
  string: known,
  unknown(word) {
    say(`Cannot understand ${word}. Known, each with a value: --${known.join(", --")}`);
    Deno.exit(2);
  },
}) as Readonly<Partial<Record<string, string>>>;
const began = Date.now();
const seed = Number(flags["seed"] ?? Math.floor(Math.random() * 1e6));
/** The time for cases or steps, in milliseconds, counted from the first one. */
const time = flags["minutes"] === undefined ? Infinity : Number(flags["minutes"]) * 60_000;
const [onlyScenario, onlyWay, onlyCall] = flags["only"]?.split(":") ?? [];
const names = (onlyScenario ?? flags["scenario"])?.split(",") ?? Object.keys(scenarios);
const columns = (onlyWay ?? flags["way"])?.split(",") ?? Object.keys(ways);
const score: Score = new Map();
const modelled = flags["model"] !== undefined || flags["steps"] !== undefined;
/** Only sequences are run. */
const modelOnly = modelled && flags["sample"] === undefined;

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

/** The cases in the order in which they are tried: any beginning is an even sample. */
function cases(): Order[] {
  if (onlyCall !== undefined) return [{ scenario: names[0]!, way: columns[0]!, call: Number(onlyCall) }];
  const random = randomFrom(seed);
  const cells = names.flatMap((scenario) =>
    columns.map((way) =>
      spread(score.get(scenario)!.calls, random()).map((call) => ({ scenario, way, call }))
    )
  );
  return inTurns(cells, random).slice(0, Number(flags["sample"] ?? Infinity));
}

function note({ scenario, way = "", call }: Order, { struck, problems, unsteady, ...rest }: Tried): void {
  const row = score.get(scenario)!;
  row.milliseconds += rest.milliseconds;
  const cell = row.cells.get(way) ?? { passed: 0, total: 0 };
  row.cells.set(way, cell);
  cell.total++;
  if (problems.length === 0) cell.passed++;
  if (!struck) row.missed++;
  const name = `--only ${scenario}:${way}:${call}`;
  const list = (all: readonly string[]) => all.map((text) => `  ${text}\n`).join("");
  if (unsteady.length > 0) say(`UNSTEADY ${name}\n${list(unsteady)}`);
  if (problems.length > 0) say(`FAILED ${name}\n${list(problems)}`);
  if (onlyCall !== undefined) say(`${rest.said}\n(${rest.milliseconds} ms, struck: ${struck})`);
}

/** Runs the sequences, and tells whether all went well. */
async function runModel(folder: string): Promise<boolean> {
  if (!modelled) return true;
  await using lane = new Lane(folder);
  const { steps, model } = flags;
  const { done, whole } = steps === undefined
    ? await tryModel(lane, Number(model || 1_000), randomFrom(seed), time, say)
    : await trySteps(lane, readSteps(steps), Infinity, say);
  say(`${done} steps of sequences were run, seed ${seed}`);
  return whole;
}

async function runCases(folder: string): Promise<boolean> {
  if (modelOnly) return true;
  // A case waits nearly as often as it works.
  const usual = navigator.hardwareConcurrency + (modelled ? 0 : 1);
  const count = onlyCall === undefined ? Number(flags["lanes"] ?? usual) : 1;
  await using all = new AsyncDisposableStack();
  const lanes = Array.from({ length: count }, () => all.use(new Lane(folder)));
  await share(lanes, names, async (lane, scenario) => {
    const { calls } = await lane.ask<{ calls: number }>({ scenario });
    score.set(scenario, { calls, milliseconds: 0, missed: 0, cells: new Map() });
  });
  say(`${seconds()} s until the first case, ${count} hosts side by side`);
  const order = cases();
  const until = Date.now() + time;
  let tried = 0;
  await share(lanes, order, async (lane, one) => {
    if (Date.now() > until) return;
    note(one, await lane.ask(one));
    tried++;
  });
  const { text, whole } = table(new Map(names.map((name) => [name, score.get(name)!])), columns);
  say(`${tried} of ${order.length} cases were tried\n${text}`);
  return whole;
}

const seconds = () => ((Date.now() - began) / 1000).toFixed(0);

say(`seed ${seed}`);
const folder = flags["states"] ?? await Deno.makeTempDir({ prefix: "alcaide-chaos-" });
let whole = false;
try {
  whole = (await Promise.all([runModel(folder), runCases(folder)])).every(Boolean);
} finally {
  if (flags["states"] === undefined) await Deno.remove(folder, { recursive: true });
}
say(`seed ${seed}, ${seconds()} s`);
Deno.exit(whole ? 0 : 1);
