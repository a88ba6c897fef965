// Options that several tasks have. Help and completion read them at every start, so nothing heavy is imported here.

import type { TaskOption } from "./arguments.ts";
import { serverNames } from "./completion.ts";

/** The option of tasks that can work on some of the servers. */
export const serverOption = {
  type: "string",
  description: 'The server to work on, by its name, or those of a tag, or "all"',
  complete: async (about) => [...await serverNames(about), "all"],
} as const satisfies TaskOption;

/** The option of tasks that can say what they would do. */
export const planOption = {
  type: "boolean",
  description: "Print what would happen and stop",
} as const satisfies TaskOption;

/** The option of tasks that take the lock. */
export const waitOption = {
  type: "string",
  description: "Time to wait for a lock that somebody else holds: 30s, 5m, 1h",
} as const satisfies TaskOption;

/** The option of tasks that may make another project's app ours. */
export const takeOverOption = {
  type: "boolean",
  description: "Take the app over for this project, although a server says that another one owns it",
} as const satisfies TaskOption;

/** The options of tasks that move the traffic to a new release. */
export const switchOptions = {
  stages: {
    type: "string",
    description: 'Move the traffic in stages, on so many servers after each: "1, 25%, all"',
  },
  pause: { type: "string", description: "Time between stages, instead of a question: 60, 5m" },
  at: {
    type: "string",
    description: "Prepare and check the release now, move the traffic then: 02:00, 2026-11-30T02:00",
  },
} as const satisfies Readonly<Record<string, TaskOption>>;

/** The lines of a log to show. */
export const logOptions = {
  follow: { type: "boolean", short: "f", description: "Follow the log: show new lines as they come" },
  lines: {
    type: "number",
    short: "n",
    description: "Number of last lines to show: 100, or with --since all",
  },
  grep: { type: "string", description: "Only lines that match this regular expression: ERROR, 'GET|POST'" },
  since: {
    type: "string",
    description: "Only what was printed since then: 10m, 2h, 1d; by the times in the lines",
  },
  timestamps: {
    type: "boolean",
    short: "t",
    description: "Say when each line was written: + marks the earliest time possible, ~ when it came",
  },
} as const satisfies Readonly<Record<string, TaskOption>>;
