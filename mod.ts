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

import { userCache } from "./lib/cli/known_here.ts";
import { main } from "./lib/cli/main.ts";
import * as library from "./mod.ts";
import { standaloneImport } from "./lib/standalone/mod.ts";
import { version } from "./lib/core/version.ts";
import { builtInTasks } from "./tasks/mod.ts";

export { postgresql, type PostgresqlOptions } from "./lib/presets/postgresql.ts";
export { redis, type RedisOptions } from "./lib/presets/redis.ts";
export { service } from "./lib/presets/service.ts";
export type { AppContext } from "./lib/server/own_facts.ts";
export type { Volume } from "./lib/config/values.ts";
export { type Routed, routedApp, routedJail } from "./lib/server/routed.ts";
export type { Traffic, Witness } from "./lib/server/traffic.ts";
export { type Caddy, caddy, type Marker, type SiteSpec } from "./lib/server/caddy.ts";
export { defineConfig } from "./lib/config/define.ts";
export type * from "./lib/config/accessory_types.ts";
export type * from "./lib/config/types.ts";
export * from "./lib/core/error.ts";
export { type EventOptions, type Events, taskEvents } from "./lib/task/events.ts";
export { type Jail, jail, type JailSpec, type Mount } from "./lib/server/jail.ts";
export type { Complete, Completion } from "./lib/task/completion.ts";
export { local, type LocalOptions } from "./lib/remote/local.ts";
export type { AppSpec } from "./lib/commands/app.ts";
export type { HostNames } from "./lib/commands/names.ts";
export { inJail, type InJailOptions, streamInJail } from "./lib/commands/in_jail.ts";
export type { FileOptions } from "./lib/remote/files.ts";
export type { TreeSpec } from "./lib/commands/tree.ts";
export type { AppAllocation } from "./lib/server/host_state.ts";
export { type Branch, parallel, ParallelError, type ShownOptions } from "./lib/task/parallel.ts";
export { type Failure, type Group, type Join, pipeline } from "./lib/task/pipeline.ts";
export type { Part, Step, StepContext } from "./lib/task/step.ts";
export { $ } from "./lib/remote/dollar.ts";
export type {
  Shell,
  ShellCommand,
  ShellProgress,
  ShellResult,
  ShellSource,
  ShellValue,
  ShellWord,
} from "./lib/remote/shell_types.ts";
export { inShell, script } from "./lib/core/script.ts";
export type { ServerContext, ServersPlan, ServerStep, View } from "./lib/task/join_scripts.ts";
export type { Release, ReleaseConfig, ReleaseId, ReleaseState, Revision } from "./lib/core/release.ts";
export { elixir, type ElixirOptions, phoenix, type PhoenixOptions } from "./lib/presets/elixir.ts";
export { node, type NodeOptions } from "./lib/presets/node.ts";
export { staticSite, type StaticSiteOptions } from "./lib/presets/static_site.ts";
export type { Digest } from "./lib/remote/local_file.ts";
export type { DownloadOptions, Take } from "./lib/remote/download.ts";
export { type Remote, remote, type RemoteOptions, type UploadOptions } from "./lib/remote/remote.ts";
export type { Runner, RunOptions } from "./lib/remote/runner.ts";
export type { SecretsOptions } from "./lib/secrets/reference.ts";
export { secretText, secretUrl } from "./lib/secrets/reference.ts";
export { secrets } from "./lib/secrets/mod.ts";
export type { Secrets } from "./lib/secrets/store.ts";
export { withSecrets } from "./lib/task/with_secrets.ts";
export { isSecret, type Secret, secret } from "./lib/core/secret.ts";
export { type Servers, ServersError } from "./lib/remote/servers.ts";
export { type Arg, type Command, isCommand, raw, sh, word } from "./lib/core/sh.ts";
export type { Slot } from "./lib/core/slot.ts";
export type { Become, Target } from "./lib/core/target.ts";
export {
  type ArgValues,
  type OneArg,
  type OneOption,
  type OptionValue,
  type OptionValues,
  type RestValues,
  type Task,
  task,
  type TaskArgument,
  type TaskOption,
  type TaskSpec,
  type ValueTypes,
} from "./lib/task/task.ts";
export type { ExecOptions, Terminal, Transport } from "./lib/transport/mod.ts";
export type { Ask } from "./lib/transport/ssh/mod.ts";
export type { Event, Person, Ui } from "./lib/ui/mod.ts";
export type { Source } from "./lib/remote/source.ts";
export type { BuildJailSpec } from "./lib/commands/build.ts";
export type { BuiltFact } from "./lib/server/facts.ts";
export { accessory } from "./tasks/accessory.ts";
export type { AccessoryStatus } from "./lib/setup/accessory_status.ts";
export { db } from "./tasks/db.ts";
export { deploy, deployWith } from "./tasks/deploy.ts";
export {
  type DeployStep,
  type DeployStepName,
  type DeploySteps,
  deploySteps,
  type RollbackStepName,
  type RollbackSteps,
  rollbackSteps,
} from "./lib/deploy/steps/mod.ts";
export { logs } from "./tasks/logs.ts";
export type { BuildPlan, DeployPlan, Previous, ServerPlan, SitePlan } from "./lib/deploy/plan/plan.ts";
export { releases } from "./tasks/releases.ts";
export { rollback, rollbackWith } from "./tasks/rollback.ts";
export { run } from "./tasks/run.ts";
export { setup } from "./tasks/setup.ts";
export { type ServerStatus, status } from "./tasks/status.ts";

// Not awaited: an Alcaidefile imports this module, which must have been evaluated by then.
if (import.meta.main) {
  main(Deno.args, {
    tasks: builtInTasks,
    version,
    exit: Deno.exit,
    cache: userCache(),
    ...(Deno.build.standalone ? { importModule: standaloneImport(library) } : {}),
  }).then((status) => Deno.exit(status));
}
export type { Context, TaskFunction, TaskInfo, TaskOptions } from "./lib/task/context.ts";
