/**
 * Breaks commands at every program call that they make on a server, in every way, and prints a table.
 *
 * `deno task chaos [--sample N] [--minutes N] [--seed N] [--lanes N] [--scenario NAME] [--only SCENARIO:WAY:CALL]`
 */

import { parseArgs } from "@std/cli/parse-args";
import type { Line, Share } from "./lane.ts";
import { randomFrom } from "./sample.ts";
import { scenarios } from "./scenarios.ts";
import { type Score, table } from "./table.ts";
import { ways } from "./ways.ts";

interface Job {
  readonly scenario: string;
  readonly share: Share;
}

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

const flags = parseArgs(Deno.args, {
  string: ["sample", "seed", "lanes", "minutes", "only", "scenario", "way"],
}) as Readonly<Partial<Record<string, string>>>;
const began = Date.now();
const seed = Number(flags["seed"] ?? Math.floor(Math.random() * 1e6));
// A case waits as often as it works.
const lanes = Number(flags["lanes"] ?? navigator.hardwareConcurrency + 2);
const score: Score = new Map();

/** Milliseconds that one scenario may take. */
function allowance(jobs: number): number | undefined {
  return flags["minutes"] === undefined
    ? undefined
    : Number(flags["minutes"]) * 60_000 * Math.min(lanes, jobs) / jobs;
}

function jobsOf(): Job[] {
  const random = randomFrom(seed);
  const verbose = flags["only"] !== undefined;
  if (flags["only"] !== undefined) {
    const [scenario = "", way = "", call] = flags["only"].split(":");
    return [{
      scenario,
      share: { counts: { [way]: 1 }, shift: 0, only: Number(call), part: [0, 1], verbose },
    }];
  }
  const names = flags["scenario"]?.split(",") ?? Object.keys(scenarios);
  const columns = flags["way"]?.split(",") ?? Object.keys(ways);
  const sample = flags["sample"] === undefined ? undefined : Number(flags["sample"]);
  const cells = names.length * columns.length;
  let given = 0;
  // Each cell gets as many as it must for the sum to come out.
  const quota = (cell: number) => {
    if (sample === undefined) return null;
    const count = Math.round(sample * (cell + 1) / cells) - given;
    given += count;
    return count;
  };
  const parts = sample === undefined ? lanes : Math.max(1, Math.ceil(lanes / names.length));
  return names.flatMap((scenario, row) => {
    const counts = Object.fromEntries(
      columns.map((way, column) => [way, quota(row * columns.length + column)]),
    );
    const shift = random();
    return Array.from({ length: parts }, (_, part) => ({
      scenario,
      share: { counts, shift, part: [part, parts] as const, verbose },
    }));
  });
}

async function run({ scenario, share }: Job, allowed: number | undefined): Promise<void> {
  const until = allowed === undefined ? {} : { until: Date.now() + allowed };
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      "--quiet",
      new URL("lane.ts", import.meta.url).pathname,
      scenario,
      JSON.stringify({ ...share, ...until }),
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let rest = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) note(scenario, JSON.parse(line));
  }
  const { code } = await child.status;
  if (code !== 0) broken(scenario, `the lane ended with ${code}`);
}

function broken(scenario: string, problem: string): void {
  say(`FAILED ${scenario}: ${problem}`);
  score.get(scenario)?.broken.push(problem);
}

function note(scenario: string, line: Line): void {
  const row = score.get(scenario)!;
  if ("planned" in line) {
    row.planned += line.planned;
    row.calls = line.calls;
    return;
  }
  row.milliseconds += line.milliseconds;
  const cell = row.cells.get(line.way) ?? { passed: 0, total: 0 };
  row.cells.set(line.way, cell);
  cell.total++;
  Deno.stderr.writeSync(new TextEncoder().encode(line.problems.length === 0 ? "." : "F"));
  if (!line.struck) row.missed++;
  if (line.unsteady.length > 0) {
    say(
      `UNSTEADY --only ${scenario}:${line.way}:${line.call}\n${
        line.unsteady.map((text) => `  ${text}\n`).join("")
      }`,
    );
  }
  if (line.problems.length === 0) cell.passed++;
  else {say(`FAILED --only ${scenario}:${line.way}:${line.call}\n${
      line.problems.map((text) => `  ${text}\n`).join("")
    }`);}
  if (line.said !== undefined) say(`${line.said}\n(${line.milliseconds} ms, struck: ${line.struck})`);
}

const jobs = jobsOf();
for (const { scenario } of jobs) {
  score.set(scenario, { calls: 0, planned: 0, milliseconds: 0, missed: 0, cells: new Map(), broken: [] });
}
say(`seed ${seed}, ${lanes} hosts side by side`);
const queue = [...jobs];
await Promise.all(Array.from({ length: lanes }, async () => {
  for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
    await run(job, allowance(jobs.length));
  }
}));
const { text, whole } = table(score, flags["way"]?.split(",") ?? Object.keys(ways));
say(text);
say(`seed ${seed}, ${((Date.now() - began) / 1000).toFixed(0)} s`);
Deno.exit(whole ? 0 : 1);
