/**
 * The texts about processes beside the web process.
 *
 * @module
 */

import * as app from "../../../lib/commands/app/app.ts";
import * as processes from "../../../lib/commands/app/processes.ts";
import * as logs from "../../../lib/commands/logs.ts";
import type { Command } from "../../../lib/core/sh.ts";
import { odd, spec } from "./samples.ts";

const worker = { ...{ name: "worker", instances: 2, stopTimeout: 300, alone: true }, startBefore: false };
const services = processes.servicesOf(worker);

/** Each with the name of what makes it. */
export const processCommands: readonly (readonly [name: string, command: Command])[] = [
  ["installProcesses", processes.installProcesses(spec.jail, "7-1a2b3c4", [{ ...worker, start: odd() }])],
  ["enableProcesses", processes.enableProcesses(spec.jail, [worker])],
  ["enableProcesses of one", processes.enableProcesses(spec.jail, [worker], "worker")],
  ["startServices", processes.startServices(spec.jail, services)],
  ["stopServices", processes.stopServices(spec.jail, services)],
  ["stopProcesses", processes.stopProcesses(spec.jail, ["worker"])],
  ["watchServices", processes.watchServices(spec.jail, spec, services, { strict: true })],
  ["stopApp of several services", app.stopApp({ ...spec.jail, together: true })],
  ["instanceLog", logs.showLog(logs.instanceLog("shop", "worker", 2), { count: 5, grep: odd() })],
  ["listInstances", logs.listInstances("shop", "worker")],
];
