// The built-in tasks, in the order of the help.

import type { Task } from "../lib/task/task.ts";
import { compile } from "./compile.ts";
import { abort } from "./abort.ts";
import { accessory } from "./accessory.ts";
import { ci } from "./ci.ts";
import { config } from "./config.ts";
import { console as consoleTask } from "./console.ts";
import { cutover } from "./cutover.ts";
import { dashboard } from "./dashboard.ts";
import { db } from "./db.ts";
import { deploy } from "./deploy.ts";
import { destroy } from "./destroy.ts";
import { doctor } from "./doctor.ts";
import { history } from "./history.ts";
import { init } from "./init.ts";
import { lock } from "./lock.ts";
import { logs } from "./logs.ts";
import { promote } from "./promote.ts";
import { releases } from "./releases.ts";
import { repair } from "./repair.ts";
import { restart } from "./restart.ts";
import { rollback } from "./rollback.ts";
import { run } from "./run.ts";
import { scale } from "./scale.ts";
import { secrets } from "./secrets.ts";
import { setup } from "./setup.ts";
import { status } from "./status.ts";
import { upgrade } from "./upgrade.ts";
import { watch } from "./watch.ts";
import { version } from "./version.ts";

/** The built-in tasks by name. */
export const builtInTasks: Readonly<Record<string, Task>> = {
  init,
  ci,
  config,
  setup,
  deploy,
  cutover,
  promote,
  abort,
  watch,
  rollback,
  restart,
  scale,
  status,
  dashboard,
  doctor,
  releases,
  history,
  logs,
  run,
  db,
  console: consoleTask,
  accessory,
  repair,
  destroy,
  lock,
  secrets,
  compile,
  version,
  upgrade,
};
