// The actions of a dashboard: a row each.

import { webProcess } from "../core/process.ts";
import { isGood, newestFirst } from "../core/release.ts";
import type { ProgramTask } from "../task/late_task.ts";
import type { Look } from "./look.ts";
import type { How } from "./project.ts";

/** A value that a form offers for a task's argument. */
export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** Something that a dashboard does by a task. */
export interface Action {
  /** A word or two for its button. */
  readonly label: string;
  readonly task: ProgramTask;
  /** Options that it always has. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** The task's switches that the form offers. */
  readonly switches?: readonly string[];
  /** The values that the form offers for the task's argument, or for an option; an empty one leaves it out. */
  readonly choices?: { readonly label: string; readonly option?: string; of(look: Look): readonly Choice[] };
  /** Said before it begins. */
  readonly warning?: string;
  /** A release that it is about and that may be there: its button stands beside that. The others keep their places. */
  readonly on?: "prepared" | "canary";
  /** Tells whether it makes sense now. Default: when something is live. */
  when?(look: Look): boolean;
}

/** The tasks behind the actions. */
export type ActionTasks = Readonly<
  Record<"deploy" | "rollback" | "restart" | "cutover" | "promote" | "abort", ProgramTask>
>;

/** Actions by name, in the order of their buttons. */
export type Actions = Readonly<Record<string, Action>>;

/**
 * Makes the table. Each task is asked for its plan first; a project's own in place of a built-in one may have none. An action whose
 * options its task does not know is left out: a `cutover` without `drop` would do the opposite.
 */
export function actionsOf(tasks: ActionTasks): Actions {
  const all = Object.entries({ ...mainActions(tasks), ...besideActions(tasks) });
  return Object.fromEntries(
    all.filter(([, { task, options = {} }]) =>
      Object.keys(options).every((name) => Object.hasOwn(task.options ?? {}, name))
    ),
  );
}

/** Those on an app. */
function mainActions({ deploy, rollback, restart }: ActionTasks): Actions {
  return {
    deploy: {
      label: "Deploy",
      task: deploy,
      switches: ["dirty", "prepare", "rebuild"],
      choices: { label: "Visitors", option: "canary", of: () => shares },
      when: () => true,
    },
    rollback: {
      label: "Roll back",
      task: rollback,
      switches: ["current-env"],
      choices: { label: "Release", of: goodReleases },
      when: (look) => goodReleases(look).length > 1,
    },
    restart: {
      label: "Restart",
      task: restart,
      choices: { label: "Process", of: processes },
      warning: `A restart of ${webProcess} interrupts requests for a moment. A deploy does not.`,
    },
  };
}

/** Those on a release beside the live one. */
function besideActions({ cutover, promote, abort }: ActionTasks): Actions {
  return {
    cutover: { label: "Cut over", task: cutover, on: "prepared" },
    drop: {
      label: "Drop",
      task: cutover,
      options: { drop: true },
      warning: "The prepared release is taken back. The live one stays as it is.",
      on: "prepared",
    },
    promote: {
      label: "Promote",
      task: promote,
      choices: { label: "Visitors", of: () => shares },
      warning: "The canary gets more visitors; with all of them it is the live release.",
      on: "canary",
    },
    abort: {
      label: "Abort",
      task: abort,
      warning: "The canary is taken back. The live release answers all visitors.",
      on: "canary",
    },
  };
}

/** True for an action that makes sense now. */
export function isOffered({ when = isLive }: Action, look: Look): boolean {
  return when(look);
}

/** The parts of an action's form. A project's own task may know less than the built-in one. */
export function formOf({ switches = [], choices, task }: Action): Pick<Action, "switches" | "choices"> {
  const { args, options = {} } = task;
  const known = choices?.option === undefined ? args?.length !== 0 : Object.hasOwn(options, choices.option);
  return {
    switches: switches.filter((name) => Object.hasOwn(options, name)),
    ...choices && known && { choices },
  };
}

/** The task's input, from the fields of a filled form. */
export function howOf(
  action: Action,
  given: Readonly<Record<string, string>>,
): Required<Pick<How, "args" | "options">> {
  const { switches = [], choices } = formOf(action);
  const on = switches.filter((name) => given[name] === "true").map((name) => [name, true] as const);
  const value = given["choice"] ?? "";
  const named = choices?.option !== undefined && value !== "" ? [[choices.option, value] as const] : [];
  return {
    args: choices !== undefined && choices.option === undefined && value !== "" ? [value] : [],
    options: Object.fromEntries([...on, ...named]),
  };
}

/** The share of the visitors that a release may get. */
const shares: readonly Choice[] = [
  { value: "", label: "all" },
  ...[50, 25, 10, 1].map((percent) => ({ value: `${percent}`, label: `${percent} % of them` })),
];

function isLive({ statuses }: Look): boolean {
  return statuses.some(({ live }) => live !== null);
}

function goodReleases({ releases, statuses }: Look): Choice[] {
  const live = statuses.map((one) => one.live);
  const all = newestFirst(releases.filter((one) => isGood(one) && !live.includes(one.id)));
  const ids = [...new Set(all.map(({ id }) => id))];
  return [{ value: "", label: "The last good one" }, ...ids.map((id) => ({ value: id, label: id }))];
}

function processes({ statuses }: Look): Choice[] {
  const names = new Set(statuses.flatMap((one) => one.processes.map(({ name }) => name)));
  return [{ value: "", label: "All" }, ...[...names].map((name) => ({ value: name, label: name }))];
}
