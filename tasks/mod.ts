// The built-in tasks, in the order of the help. Their files are read when they run: their words stand in `words.json`, which
// `scripts/words.ts` makes of the files.

import { lateTask, type ProgramTask, type TaskWords } from "../lib/task/late_task.ts";
import words from "./words.json" with { type: "json" };

/** Reads the built-in tasks by name. */
export const taskFiles: Readonly<Record<string, () => Promise<ProgramTask>>> = {
  init: async () => (await import("./init.ts")).init,
  ci: async () => (await import("./ci.ts")).ci,
  config: async () => (await import("./config.ts")).config,
  setup: async () => (await import("./setup.ts")).setup,
  deploy: async () => (await import("./deploy.ts")).deploy,
  cutover: async () => (await import("./cutover.ts")).cutover,
  promote: async () => (await import("./promote.ts")).promote,
  abort: async () => (await import("./abort.ts")).abort,
  watch: async () => (await import("./watch.ts")).watch,
  rollback: async () => (await import("./rollback.ts")).rollback,
  restart: async () => (await import("./restart.ts")).restart,
  scale: async () => (await import("./scale.ts")).scale,
  status: async () => (await import("./status.ts")).status,
  dashboard: async () => (await import("./dashboard.ts")).dashboard,
  doctor: async () => (await import("./doctor.ts")).doctor,
  releases: async () => (await import("./releases.ts")).releases,
  history: async () => (await import("./history.ts")).history,
  logs: async () => (await import("./logs.ts")).logs,
  run: async () => (await import("./run.ts")).run,
  db: async () => (await import("./db.ts")).db,
  console: async () => (await import("./console.ts")).console,
  accessory: async () => (await import("./accessory.ts")).accessory,
  repair: async () => (await import("./repair.ts")).repair,
  destroy: async () => (await import("./destroy.ts")).destroy,
  lock: async () => (await import("./lock.ts")).lock,
  secrets: async () => (await import("./secrets.ts")).secrets,
  compile: async () => (await import("./compile.ts")).compile,
  version: async () => (await import("./version.ts")).version,
  upgrade: async () => (await import("./upgrade.ts")).upgrade,
};

/** The built-in tasks by name. */
export const builtInTasks: Readonly<Record<string, ProgramTask>> = Object.fromEntries(
  Object.entries(taskFiles).map((
    [name, load],
  ) => [name, lateTask((words as Record<string, TaskWords>)[name] ?? {}, load)]),
);
