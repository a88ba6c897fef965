// Logs that a dashboard follows.

import type { Config } from "../config/field/types.ts";
import type { Task } from "../task/task.ts";
import { faultOf } from "./board.ts";
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

/** Follows a log: its lines as they come, secrets masked, until the signal comes. Its failure is the last line. */
export async function* follow(
  project: Project,
  tasks: LogTasks,
  { task, ...how }: LogSource,
  signal: AbortSignal,
): AsyncGenerator<string, void, void> {
  const mask = await project.masking();
  try {
    for await (const event of project.run(tasks[task], { ...how, signal })) {
      if (event.type === "output") yield mask(event.text);
      else if (event.type === "line") yield mask(`${event.source}: ${event.text}\n`);
    }
  } catch (error) {
    if (signal.aborted) return;
    const { message, hint } = mask(faultOf(error));
    yield `${message}\n${hint === null ? "" : `${hint}\n`}`;
  }
}
