/** A second deploy over different distances: how many commands it runs, and which step costs how many round trips. */

import { join } from "@std/path";
import { remote } from "../../lib/remote/remote.ts";
import { sh } from "../../lib/core/sh.ts";
import type { Target } from "../../lib/core/target.ts";
import { makeProject, type Project } from "../e2e/project.ts";
import { openPlace, type Place } from "../e2e/place.ts";
import { hostUnavailable, type TestHost } from "../host/mod.ts";
import { runQuietly } from "./loopback.ts";
import { median, round, slope, time } from "./measure.ts";
import { writeRandom } from "./random.ts";
import { startRelay } from "./relay.ts";
import { type Finding, milliseconds, type Part, type Row, table } from "./row.ts";
import { type Trace, trace, type TracedStep } from "./trace.ts";

const distances = [0, 50, 150] as const;
const rounds = 5;
const megabytes = 20;
/** At most so many commands, and so many milliseconds more at the greatest distance than at the least. */
const aims = { commands: 6, more: 2500 };

/** The part of the benchmark. */
export const deploy: Part = {
  name: "deploy",
  description: `A further deploy of a ${megabytes} MB release over ${distances.join(", ")} ms of round trip`,
  unavailable: hostUnavailable,
  run: measure,
};

/** Deploys at one distance. */
interface Series {
  readonly distance: number;
  readonly traces: Trace[];
  /** Sessions that the server's sshd began, one number a deploy. */
  readonly sessions: number[];
  /** Milliseconds of a connection with its first command, and of the next command. */
  readonly first: number[];
  readonly second: number[];
}

async function measure(say: (text: string) => void): Promise<Finding> {
  await using place = await openPlace();
  const { test } = place;
  if (test === undefined) {
    throw new Error("Cannot count sessions on a host given by address: use the test host");
  }
  await using project = await prepareProject(place);
  const near = targetOf(test, test.address, test.port);
  // The first deploy has no old release, and only the third has one to forget.
  for (let i = 0; i < 2; i++) await deployOnce(project, near);
  const all: Series[] = distances.map((distance) => ({
    distance,
    traces: [],
    sessions: [],
    first: [],
    second: [],
  }));
  for (let turn = 0; turn < rounds; turn++) {
    for (const series of all) {
      say(`round ${turn + 1} of ${rounds}, ${series.distance} ms`);
      await measureOne(series, project, test);
    }
  }
  return finding(all);
}

async function measureOne(series: Series, project: Project, host: TestHost): Promise<void> {
  await using relay = await startRelay({
    hostname: host.address,
    port: host.port,
    roundTrip: series.distance,
  });
  const target = targetOf(host, "127.0.0.1", relay.port);
  await Deno.writeTextFile(
    `${project.directory}/known_hosts`,
    (await Deno.readTextFile(host.knownHosts)).replace(/^\S+/, `[127.0.0.1]:${relay.port}`),
  );
  const known: Target = { ...target, knownHosts: `${project.directory}/known_hosts` };
  await host.clearCalls();
  series.traces.push(await deployOnce(project, known));
  series.sessions.push((await host.calls()).filter(isSession).length);
  await using server = remote(known);
  series.first.push(await time(() => server.run(sh`:`)));
  series.second.push(await time(() => server.run(sh`:`)));
}

/** Sshd's call for a command: the login shell with our line. */
function isSession([program, option, line]: readonly string[]): boolean {
  return program === "sh" && option === "-c" && /^exec .*\/bin\/sh /.test(line ?? "");
}

async function prepareProject(place: Place): Promise<Project> {
  const project = await makeProject(place, "shop", {
    build: { prebuilt: "release.tar" },
    keep: 2,
  });
  await project.well(["setup"]);
  return project;
}

/** Deploys a release that is new in every byte; making it isn't counted. */
async function deployOnce(project: Project, target: Target): Promise<Trace> {
  const release = join(project.directory, "release");
  await project.release({ text: crypto.randomUUID() });
  await writeRandom(join(release, "payload"), megabytes);
  await runQuietly("tar", ["-cf", `${release}.tar`, "-C", release, "."]);
  return await trace(["deploy"], project.directory, target);
}

function targetOf(host: TestHost, address: string, port: number): Target {
  return { host: address, port, user: "root", key: host.key, knownHosts: host.knownHosts };
}

/** Everything that the deploys showed. */
interface Figures {
  /** Commands of one deploy, as our side counts them. */
  readonly commands: number;
  /** Sessions of one deploy, as the server counts them. */
  readonly sessions: number;
  /** Milliseconds of a deploy at each distance. */
  readonly walls: readonly number[];
  /** Milliseconds that the greatest distance adds. */
  readonly more: number;
  /** Round trips of a first command with its connection, of a further one, and of a whole deploy. */
  readonly trips: { readonly first: number; readonly further: number; readonly deploy: number };
  readonly steps: readonly StepRow[];
}

function finding(all: readonly Series[]): Finding {
  const walls = all.map(({ traces }) => median(traces.map((trace) => trace.wall)));
  const found: Figures = {
    commands: Math.max(...all.flatMap(({ traces }) => traces.map(commandsOf))),
    sessions: Math.max(...all.flatMap((series) => series.sessions)),
    walls,
    more: (walls.at(-1) ?? NaN) - (walls[0] ?? NaN),
    trips: {
      first: tripsOf(all, ({ first }) => Math.min(...first)),
      further: tripsOf(all, ({ second }) => Math.min(...second)),
      deploy: tripsOf(all, ({ traces }) => Math.min(...traces.map((trace) => trace.wall))),
    },
    steps: stepRows(all),
  };
  return { rows: rowsOf(found), values: { rounds, megabytes, distances, ...found }, notes: notesOf(found) };
}

function rowsOf({ commands, walls, more }: Figures): Row[] {
  const [near = NaN, far = NaN] = [walls[0], walls.at(-1)];
  return [
    {
      title: "remote commands of a further deploy",
      ours: `${commands}`,
      beside: "",
      aim: `at most ${aims.commands}`,
      met: commands <= aims.commands,
    },
    {
      title: `a further deploy, ${distances.at(-1)} ms away, beside the same nearby`,
      ours: milliseconds(far),
      beside: milliseconds(near),
      ratio: far / near,
      aim: `at most ${milliseconds(aims.more)} more`,
      met: more <= aims.more,
    },
  ];
}

function notesOf({ commands, sessions, more, trips, steps }: Figures): string[] {
  const away = distances.map((distance) => `at ${distance} ms`);
  return [
    `Medians of ${rounds} in turns; ${milliseconds(more)} more ${away.at(-1)} than ${
      away[0]
    }. ${commands} commands, for ` +
    `which sshd began ${sessions} sessions.`,
    `A first command with its connection costs ${trips.first} round trips, a further one ${trips.further}, the whole ` +
    `deploy ${trips.deploy}: what the fastest runs lose with the distance.`,
    ...table(
      ["step", "commands", ...away, "round trips"],
      steps.map((step) => [
        step.title,
        `${step.commands}`,
        ...step.ms.map(milliseconds),
        step.trips.toFixed(1),
      ]),
      [0],
    ),
  ];
}

interface StepRow {
  readonly title: string;
  readonly commands: number;
  /** Milliseconds at each distance. */
  readonly ms: readonly number[];
  readonly trips: number;
}

/**
 * Each step at all distances. How many round trips it takes shows in how its time grows with the distance: that of the
 * fastest run, which a busy machine disturbed least.
 */
function stepRows(all: readonly Series[]): StepRow[] {
  const titles = all[0]?.traces[0]?.steps.map((step) => step.title) ?? [];
  const find = (trace: Trace, title: string): TracedStep | undefined =>
    trace.steps.find((step) => step.title === title);
  return titles.map((title) => {
    const times = ({ traces }: Series) => traces.map((trace) => find(trace, title)?.ms ?? NaN);
    return {
      title,
      commands: Math.max(
        ...all.flatMap(({ traces }) => traces.map((trace) => find(trace, title)?.commands ?? 0)),
      ),
      ms: all.map((series) => round(median(times(series)), 1)),
      trips: tripsOf(all, (series) => Math.min(...times(series))),
    };
  });
}

function tripsOf(all: readonly Series[], ms: (series: Series) => number): number {
  return round(slope(all.map((series) => [series.distance, ms(series)])), 1);
}

function commandsOf({ steps }: Trace): number {
  return steps.reduce((total, step) => total + step.commands, 0);
}
