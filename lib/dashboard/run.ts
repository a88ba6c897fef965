// A run of an action: its steps and how it ended, from the events of its task.

import type { Event } from "../ui/mod.ts";
import type { Fault } from "./fault.ts";

/** Something that was said during a step. */
export interface Note {
  readonly kind: "info" | "warning" | "line";
  readonly text: string;
  readonly hint?: string | undefined;
}

/** A step of a run. Times are milliseconds since 1970. */
export interface RunStep {
  readonly title: string;
  readonly began: number;
  readonly ended?: number;
  readonly failed?: boolean;
  readonly notes: readonly Note[];
  /** The transfers, by label: bytes done and bytes in all. */
  readonly progress: Readonly<Record<string, readonly [done: number, total: number]>>;
}

/** A run. */
export interface Run {
  /** The label of its action. */
  readonly label: string;
  /** The user who began it. */
  readonly by: string;
  readonly began: number;
  readonly steps: readonly RunStep[];
  readonly ended?: number;
  /** Why it failed. */
  readonly fault?: Fault;
}

/** So many lines of a step are kept. */
export const keptNotes = 200;

/** So many characters of a line are kept. */
const longestLine = 1000;

/** A run that begins. */
export function newRun(label: string, by: string, now: number): Run {
  return { label, by, began: now, steps: [] };
}

/** The run after one more event of its task. */
export function afterEvent(run: Run, event: Event, now: number): Run {
  switch (event.type) {
    case "step":
      return { ...run, steps: [...endLast(run.steps, now), step(event.title, now)] };
    case "failed":
      return changeLast(run, (last) => last.title === event.title ? { failed: true } : {});
    case "progress":
      return changeLast(started(run, now), ({ progress }) => ({
        progress: { ...progress, [event.label]: [event.done, event.total] },
      }));
    case "info":
    case "warning":
      return noted(run, { kind: event.type, text: event.text, ...hintOf(event) }, now);
    case "line":
      return noted(run, { kind: "line", text: shortened(`${event.source} | ${event.text}`) }, now);
    default:
      return run;
  }
}

/** The run after its end. */
export function afterEnd(run: Run, now: number, fault?: Fault): Run {
  // Behind a step that failed others were taken back; an error without one is the last step's.
  const told = fault === undefined || run.steps.some((one) => one.failed);
  const failed = told ? run : changeLast(run, () => ({ failed: true }));
  return {
    ...failed,
    steps: endLast(failed.steps, now),
    ended: now,
    ...fault === undefined ? {} : { fault },
  };
}

function step(title: string, began: number): RunStep {
  return { title, began, notes: [], progress: {} };
}

/** Words before the first step belong to one, too. */
function started(run: Run, now: number): Run {
  return run.steps.length === 0 ? { ...run, steps: [step("Begin", now)] } : run;
}

function noted(run: Run, note: Note, now: number): Run {
  return changeLast(started(run, now), ({ notes }) => ({ notes: [...notes, note].slice(-keptNotes) }));
}

function shortened(line: string): string {
  return line.length > longestLine ? `${line.slice(0, longestLine)}…` : line;
}

function hintOf(event: Event & { hint?: string }): Pick<Note, "hint"> {
  return event.hint === undefined ? {} : { hint: event.hint };
}

function changeLast(run: Run, change: (last: RunStep) => Partial<RunStep>): Run {
  const last = run.steps.at(-1);
  if (last === undefined) return run;
  return { ...run, steps: [...run.steps.slice(0, -1), { ...last, ...change(last) }] };
}

function endLast(steps: readonly RunStep[], now: number): readonly RunStep[] {
  const last = steps.at(-1);
  return last === undefined || last.ended !== undefined
    ? steps
    : [...steps.slice(0, -1), { ...last, ended: now }];
}
