// The texts that read logs.

import * as logs from "../../../lib/commands/logs.ts";
import type { Command } from "../../../lib/core/sh.ts";
import { odd } from "./samples.ts";

export { logs };

/** Each with the name of its maker. */
export const forLogs: readonly (readonly [name: string, command: Command])[] = [
  ["showLog", logs.showLog(logs.appLog("shop"), { count: 5, grep: odd() })],
  ["showLog without a pattern", logs.showLog(logs.appLog("shop"), { count: 5 })],
  ["followLog", logs.followLog(logs.appLog("shop"), { count: 5, grep: odd() })],
  ["followLog without a pattern", logs.followLog(logs.appLog("shop"), { count: 5 })],
  ["releaseLog", logs.showLog(logs.releaseLog("shop", "7"), { count: 5, grep: odd(), since: "1" })],
  ["showLog with facts", logs.showLog(logs.appLog("shop"), { count: 5, grep: odd(), facts: true })],
  ["followLog with facts", logs.followLog(logs.appLog("shop"), { count: 5, grep: odd(), facts: true })],
  ["listReleaseLogs", logs.listReleaseLogs("shop")],
  ["accessoryLog", logs.showLog(logs.accessoryLog("shop_db"), { count: 5, grep: odd() })],
  ["appLog", logs.followLog(logs.appLog("shop"), { count: 5 })],
  ["logOfSchedule", logs.showLog(logs.logOfSchedule("shop", "cleanup"), { count: 5 })],
];
