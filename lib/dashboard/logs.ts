// Logs that a dashboard follows.

import type { Config } from "../config/field/types.ts";
import type { Task } from "../task/task.ts";
import { faultOf } from "./fault.ts";
import type { How, Project } from "./project.ts";

/** The tasks that show logs. */
export type LogTasks = Readonly<Record<"logs" | "accessory", Task>>;

/** A log: the task that shows it, and how. */
export interface LogSource extends Pick<How, "args" | "options"> {
  readonly task: keyof LogTasks;
}

/** The logs of an app by their names: those of its processes, accessories and schedules. */
export function logSources(
  { processes, accessories, schedule }: Config,
): Readonly<Record<string, LogSource>> {
  const all = (names: readonly string[], make: (name: string) => LogSource) =>
    names.map((name) => [name, make(name)] as const);
  return Object.fromEntries([
    ...all(
      processes.map(({ name }) => name),
      (process) => ({ task: "logs", options: { follow: true, process } }),
    ),
    ...all(Object.keys(accessories), (name) => ({
      task: "accessory",
      args: ["logs", name],
      options: { follow: true },
    })),
    ...all(Object.keys(schedule), (name) => ({ task: "logs", options: { follow: true, schedule: name } })),
  ]);
}

/** So many characters wait at least for a reader that is slow; of more the older ones are left out. */
const mostHeld = 100_000;

/**
 * Follows a log: its lines as they come, secrets masked, until the signal comes. Its failure is the last line. Lines that come while the
 * last ones are read are handed on together.
 */
export async function* follow(
  project: Project,
  tasks: LogTasks,
  source: LogSource,
  signal: AbortSignal,
): AsyncGenerator<string, void, void> {
  let held = "";
  let left = false;
  let wake = Promise.withResolvers<void>();
  const take = (text: string) => {
    held += text;
    left ||= held.length > 2 * mostHeld;
    if (held.length > 2 * mostHeld) held = held.slice(-mostHeld);
    wake.resolve();
  };
  let ends = false;
  read(project, tasks, source, signal, take).finally(() => {
    ends = true;
    wake.resolve();
  });
  while (!ends || held !== "") {
    const text = left
      ? `… lines are left out: they came too fast\n${held.slice(held.indexOf("\n") + 1)}`
      : held;
    held = "";
    left = false;
    if (text !== "") yield text;
    if (held === "" && !ends) await wake.promise;
    wake = Promise.withResolvers();
  }
}

async function read(
  project: Project,
  tasks: LogTasks,
  { task, ...how }: LogSource,
  signal: AbortSignal,
  take: (text: string) => void,
): Promise<void> {
  const mask = await project.masking();
  try {
    for await (const event of project.run(tasks[task], { ...how, signal })) {
      if (event.type === "output") take(mask(event.text));
      else if (event.type === "line") take(mask(`${event.source}: ${event.text}\n`));
    }
  } catch (error) {
    if (signal.aborted) return;
    const { message, hint } = mask(faultOf(error));
    take(`${message}\n${hint === null ? "" : `${hint}\n`}`);
  }
}
