/**
 * Alcaide deploys web applications to FreeBSD servers over SSH: each release in a jail of its own, blue and green behind
 * Caddy, without a dropped request. It is a task runner, too: an `Alcaidefile.ts` exports its configuration and tasks.
 *
 * @example A configuration
 * ```ts
 * import { defineConfig } from "alcaide";
 *
 * export default defineConfig({
 *   app: "shop",
 *   server: "root@203.0.113.7",
 *   domain: "shop.example.com",
 *   build: { prebuilt: "dist" },
 *   start: "bin/shop",
 * });
 * ```
 *
 * @module
 */

// The configuration: what an Alcaidefile exports, and the functions that it calls.
export { defineConfig } from "./lib/config/define.ts";
export type { Config, UserConfig } from "./lib/config/field/types.ts";
export { elixir, phoenix } from "./lib/presets/elixir.ts";
export { node } from "./lib/presets/node.ts";
export { staticSite } from "./lib/presets/static_site.ts";
export { postgresql } from "./lib/presets/postgresql.ts";
export { redis } from "./lib/presets/redis.ts";
export { service } from "./lib/presets/service.ts";

// Secrets: texts that never print.
export { type Secret, secret } from "./lib/core/secret.ts";
export { secrets } from "./lib/secrets/mod.ts";
export { secretText, secretUrl } from "./lib/secrets/reference.ts";
export { withSecrets } from "./lib/task/with_secrets.ts";

// Commands, and where they run: servers, jails, this machine.
export { type Command, raw, type Script, sh, word } from "./lib/core/sh.ts";
export { script } from "./lib/core/script.ts";
export type { Runner } from "./lib/remote/runner.ts";
export { type Remote, remote } from "./lib/remote/remote.ts";
export { local } from "./lib/remote/local.ts";
export { $ } from "./lib/remote/dollar.ts";
export { jail } from "./lib/server/jail.ts";
export { inJail } from "./lib/commands/jail/in_jail.ts";
export { routedApp, routedJail } from "./lib/server/routed.ts";
export { caddy, type Marker } from "./lib/server/caddy.ts";

// Tasks of your own, and what happens while one runs.
export { type Task, task } from "./lib/task/task.ts";
export type { Context } from "./lib/task/context.ts";
export { parallel, ParallelError } from "./lib/task/parallel.ts";
export { pipeline } from "./lib/task/pipeline.ts";
export type { Step } from "./lib/task/step.ts";
export type { Complete, Completion } from "./lib/task/completion.ts";
export type { EventOptions } from "./lib/task/run_events.ts";
export type { Event } from "./lib/ui/mod.ts";

// The built-in tasks, and the steps of a deploy.
export { accessory } from "./tasks/accessory.ts";
export { cutover } from "./tasks/cutover.ts";
export { db } from "./tasks/db.ts";
export { deploy, deployWith } from "./tasks/deploy.ts";
export { logs } from "./tasks/logs.ts";
export { releases } from "./tasks/releases.ts";
export { rollback, rollbackWith } from "./tasks/rollback.ts";
export { run } from "./tasks/run.ts";
export { setup } from "./tasks/setup.ts";
export { status } from "./tasks/status.ts";
export type { DeployStep } from "./lib/deploy/step.ts";
export { deploySteps, rollbackSteps } from "./lib/deploy/steps/mod.ts";

// Errors to throw and to catch.
export {
  AlcaideError,
  CommandError,
  ConfigError,
  ConnectError,
  exitCodes,
  LockedError,
  SplitError,
  StepError,
  TimeoutError,
  UsageError,
} from "./lib/core/error.ts";
export { ServersError } from "./lib/remote/servers.ts";

// The program, for those who run the library itself. By its address: it imports this module.
if (import.meta.main) import(import.meta.resolve("./cli.ts"));
