/** One case: the command broken at one call in one way, run again, and what is wrong then. */

import { type Load, startLoad } from "../e2e/load.ts";
import { type Ended, runHere } from "./client.ts";
import { runBroken } from "./broken.ts";
import { quiet } from "./quiet.ts";
import { shown } from "./scenarios.ts";
import type { Stage } from "./stage.ts";
import { isApart, type Way } from "./ways.ts";

/** The outcome of a case. */
export interface Outcome {
  /** The call was made; else nothing was broken. */
  readonly struck: boolean;
  readonly problems: readonly string[];
  /** All that was said, for whoever looks closer. */
  readonly said: string;
}

/** Tries a case. */
export async function tryCase(stage: Stage, name: string, way: Way, call: number): Promise<Outcome> {
  const text = await stage.begin(name);
  const { scenario, host, project, place } = stage;
  const before = scenario.serving ? await shown(place, project) : undefined;
  const wanted = scenario.shows?.(text) ?? before;
  const load = scenario.serving
    ? startLoad({ url: place.http, host: project.domain, rate: 20, connections: 2 })
    : undefined;
  const { ended, struck } = await runBroken(host, project, scenario.args(project), way, call);
  if (way.rule.effect === "full") await host.emptyDisk();
  if (way.down && struck) {
    await stage.served();
    // The database comes later.
    await quiet(host);
  }
  const problems = [
    ...await failures(way, load),
    ...await judgeEnd(stage, way, ended, struck, before, wanted),
  ];
  // It can no longer pass.
  if (problems.length > 0) return { struck, problems, said: ended.text };
  const again = await runAgain(stage, way, ended, wanted);
  return { struck, problems: again.problems, said: `${ended.text}\n== again: ${again.said}` };
}

/** The same again, and all that is on the host then. */
async function runAgain(
  stage: Stage,
  way: Way,
  { code }: Ended,
  wanted: string | undefined,
): Promise<{ problems: readonly string[]; said: string }> {
  // A script that is still at work meets the next command.
  const seen = isApart(way) ? undefined : await stage.look();
  if (seen?.known) return { problems: [], said: "not needed: it mended such a host already" };
  if (code === 0 && seen?.right) return { problems: [], said: "not needed: all is as it must be" };
  const { project, scenario } = stage;
  const again = await runHere(project, scenario.args(project));
  const live = wanted !== undefined && /it is live/.test(again.text);
  const problems = again.code === 0 || live ? [] : [`the same again fails: ${brief(again.text)}`];
  problems.push(...await unreached(stage, wanted, "after the same again"));
  const left = problems.length === 0 ? await stage.leftovers() : [];
  if (left.length > 0) {
    problems.push(`left over: ${left.slice(0, 12).map((line) => line.slice(0, 500)).join("; ")}`);
  }
  if (problems.length === 0) seen?.mended();
  return { problems, said: `${again.code}\n${again.text}` };
}

async function failures(way: Way, load: Load | undefined): Promise<string[]> {
  if (load === undefined) return [];
  const { failed, reasons } = await load.stop();
  if (failed === 0 || way.down) return [];
  return [
    `${failed} requests failed: ${[...reasons].map(([reason, count]) => `${count} ${reason}`).join(", ")}`,
  ];
}

async function judgeEnd(
  stage: Stage,
  way: Way,
  { code, text }: Ended,
  struck: boolean,
  before: string | undefined,
  wanted: string | undefined,
): Promise<string[]> {
  const found: string[] = [];
  if (/\n {4}at /.test(text)) found.push(`a stack trace: ${brief(text)}`);
  if (code === 0) found.push(...await unreached(stage, wanted, "though it says that it succeeded"));
  else if (!struck) found.push(`it fails though nothing was broken: ${brief(text)}`);
  if (code === undefined && way.signal !== "KILL") found.push("it was killed");
  const now = await shown(stage.place, stage.project);
  if (code === 130 && now === wanted && wanted !== before && !/is live/.test(text)) {
    found.push("it does not say that the new release is live");
  }
  if (code === -1) found.push(text);
  if (code !== undefined && code > 0 && text.trim() === "") {
    found.push(`it ends with ${code} and says nothing`);
  }
  if (before !== undefined && now !== before && now !== wanted) {
    found.push(`afterwards the app shows "${now}"`);
  }
  return found;
}

async function unreached(
  { scenario, place, project }: Stage,
  wanted: string | undefined,
  when: string,
): Promise<string[]> {
  const found: string[] = [];
  if (wanted !== undefined) {
    const now = await shown(place, project);
    if (now !== wanted) found.push(`${when} the app shows "${now}", not "${wanted}"`);
  }
  const lack = await scenario.lacks?.(place);
  if (lack !== undefined) found.push(`${when}: ${lack}`);
  return found;
}

function brief(text: string): string {
  const errors = text.split("\n").filter((line) => !line.startsWith("{") && line.trim() !== "");
  return errors.slice(-12).join(" | ").slice(0, 600);
}
