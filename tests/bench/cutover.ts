/** A deploy as the users of an app notice it: latencies before, during and after the switch. */

import { linesOf } from "./lines.ts";
import { type Load, type LoadReport, startLoad } from "../e2e/load.ts";
import { openPlace, type Place } from "../e2e/place.ts";
import { makeProject, type Project } from "../e2e/project.ts";
import { hostUnavailable } from "../host/mod.ts";
import { median, pause } from "./measure.ts";
import { type Finding, milliseconds, type Part, ratioRow, type Row, table } from "./row.ts";

const deploys = 5;
const rate = 200;
/** Milliseconds of load before each deploy and after it. */
const calm = 3000;

/** Times of a deploy as a user of the app sees them. */
const phases = ["before", "prepare", "switch", "after"] as const;
type Phase = typeof phases[number];

const meaning: Readonly<Record<Phase, string>> = {
  before: "before the deploy",
  prepare: "upload, new jail, start, check",
  switch: "route, verify, drain",
  after: "after the deploy",
};

/** Steps that begin a phase. */
const beginnings: Readonly<Record<string, Phase>> = {
  "Take the lock": "prepare",
  "Route requests to it": "switch",
};

/** The part of the benchmark. */
export const cutover: Part = {
  name: "cutover",
  description: `Latencies under ${rate} requests a second before, during and after a switch`,
  unavailable: hostUnavailable,
  run: measure,
};

async function measure(say: (text: string) => void): Promise<Finding> {
  await using place = await openPlace();
  await using project = await makeProject(place, "shop");
  await project.well(["setup"]);
  await project.release({ text: "release 0" });
  await project.well(["deploy"]);
  const all: Record<Phase, LoadReport>[] = [];
  for (let i = 1; i <= deploys; i++) {
    say(`deploy ${i} of ${deploys}`);
    await project.release({ text: `release ${i}` });
    all.push(await deployUnderLoad(place, project));
  }
  return finding(all);
}

async function deployUnderLoad(place: Place, project: Project): Promise<Record<Phase, LoadReport>> {
  const reports = new Map<Phase, LoadReport>();
  let phase: Phase = "before";
  let load = begin(place, project);
  const turn = async (next: Phase) => {
    // The next load begins before this one ends, so that no moment goes unwatched.
    const [ended, old] = [phase, load];
    phase = next;
    load = begin(place, project);
    reports.set(ended, await old.stop());
  };
  await pause(calm);
  const child = project.start(["--json", "deploy"]);
  const errors = new Response(child.stderr).text();
  for await (const line of linesOf(child.stdout)) {
    const next = beginnings[stepOf(line)];
    if (next !== undefined) await turn(next);
  }
  if (!(await child.status).success) throw new Error(`Cannot deploy: ${await errors}`);
  await turn("after");
  await pause(calm);
  reports.set("after", await load.stop());
  return Object.fromEntries(reports) as Record<Phase, LoadReport>;
}

/** A connection for each request, as strangers have them: the phases differ in nothing but what the server does. */
function begin(place: Place, project: Project): Load {
  return startLoad({ url: place.http, host: project.domain, rate, keepAlive: false });
}

function stepOf(line: string): string {
  const event = JSON.parse(line);
  return event.type === "step" ? event.title : "";
}

function finding(all: readonly Record<Phase, LoadReport>[]): Finding {
  const found = new Map(phases.map((phase) => [phase, figures(all.map((one) => one[phase]))] as const));
  const lines = [...found].map(([phase, { requests, failed, p50, p90, p99, max, gap }]) => [
    meaning[phase],
    `${requests}`,
    `${failed}`,
    ...[p50, p90, p99, max, gap].map(milliseconds),
  ]);
  return {
    rows: rowsOf(found),
    values: { deploys, rate, phases: Object.fromEntries(found) },
    notes: [
      `Medians of ${deploys} deploys; a connection for each request.`,
      ...table(["", "requests", "failed", "half", "90 %", "99 %", "all", "longest gap"], lines, [0]),
    ],
  };
}

function rowsOf(found: ReadonlyMap<Phase, Figures>): Row[] {
  const empty = figures([]);
  const [before, during] = [found.get("before") ?? empty, found.get("switch") ?? empty];
  const total = (key: "requests" | "failed") => [...found.values()].reduce((sum, one) => sum + one[key], 0);
  return [
    ratioRow("half of all requests during a switch, before it beside", during.p50, before.p50),
    ratioRow("99 % of all requests during a switch, before it beside", during.p99, before.p99),
    {
      title: `failed requests in ${deploys} deploys`,
      ours: `${total("failed")}`,
      beside: `of ${total("requests")}`,
      aim: "none",
      met: total("failed") === 0,
    },
  ];
}

/** Requests of one phase in all deploys. */
type Figures = ReturnType<typeof figures>;

/** Sums of counts and medians of times. */
function figures(reports: readonly LoadReport[]) {
  const middle = (of: (report: LoadReport) => number) => median(reports.map(of));
  const sum = (of: (report: LoadReport) => number) =>
    reports.reduce((total, report) => total + of(report), 0);
  return {
    requests: sum((report) => report.requests),
    failed: sum((report) => report.failed),
    p50: middle((report) => report.latency.p50),
    p90: middle((report) => report.latency.p90),
    p99: middle((report) => report.latency.p99),
    max: middle((report) => report.latency.max),
    gap: middle((report) => report.longestGapMs),
  };
}
