/**
 * Types and helpers behind the names of `alcaide`, which `alcaide/internal` gives to those who must name them. These names
 * promise nothing: any version may rename or remove them. A type's fields are promised as far as a name of `alcaide` takes
 * or gives it.
 *
 * @example A function that takes what `ctx.servers` is
 * ```ts
 * import { sh } from "alcaide";
 * import type { Servers } from "alcaide/internal";
 *
 * export function kernels(servers: Servers): Promise<string[]> {
 *   return servers.each((server) => server.read(sh`uname -r`));
 * }
 * ```
 *
 * @module
 */

// The configuration.
export type { Build, JailBuild } from "./lib/config/field/types.ts";
export type {
  BuildFunction,
  ConfigFunction,
  UserAcme,
  UserAsk,
  UserAssets,
  UserBuild,
  UserBuildDefaults,
  UserBuildJail,
  UserCertificate,
  UserCommandBuild,
  UserDrain,
  UserErlang,
  UserGuard,
  UserHealth,
  UserImage,
  UserJail,
  UserJailBuild,
  UserKeep,
  UserNotify,
  UserPrebuilt,
  UserProcess,
  UserProxy,
  UserSchedule,
  UserServer,
  UserTimeouts,
} from "./lib/config/field/types.ts";
export type * from "./lib/config/field/values.ts";
export type * from "./lib/config/field/accessory_types.ts";
export type * from "./lib/config/field/user_accessory.ts";
export type { ElixirOptions, PhoenixOptions } from "./lib/presets/elixir.ts";
export type { NodeOptions } from "./lib/presets/node.ts";
export type { AccessoryOptions } from "./lib/presets/accessory_options.ts";
export type { PostgresqlOptions } from "./lib/presets/postgresql.ts";
export type { RedisOptions } from "./lib/presets/redis.ts";

// Secrets.
export { isSecret } from "./lib/core/secret.ts";
export type { SecretsOptions } from "./lib/secrets/reference.ts";
export type { Secrets } from "./lib/secrets/store.ts";

// Commands, and where they run.
export { type Arg, isCommand } from "./lib/core/sh.ts";
export { inShell } from "./lib/core/script.ts";
export type { Become, Target } from "./lib/core/target.ts";
export type { Exit } from "./lib/core/error.ts";
export type { RunOptions } from "./lib/remote/runner.ts";
export type { RemoteOptions } from "./lib/remote/remote.ts";
export type { UploadOptions } from "./lib/remote/upload.ts";
export type { Servers } from "./lib/remote/servers.ts";
export type { LocalOptions } from "./lib/remote/local.ts";
export type { FileOptions } from "./lib/remote/files.ts";
export type { Digest } from "./lib/remote/local_file.ts";
export type { DownloadOptions, Take } from "./lib/remote/download.ts";
export type * from "./lib/remote/shell_types.ts";
export type { ExecOptions, Terminal, Transport } from "./lib/transport/mod.ts";
export type { Ask } from "./lib/transport/ssh/mod.ts";
export type { Jail, JailSpec, Mount } from "./lib/server/jail.ts";
export { type InJailOptions, streamInJail } from "./lib/commands/jail/in_jail.ts";
export type { Routed } from "./lib/server/routed.ts";
export type { Traffic, Witness } from "./lib/server/traffic.ts";
export type { Caddy, SiteSpec } from "./lib/server/caddy.ts";
export type { Rules } from "./lib/commands/caddy/rules.ts";
export type { SlotSpec } from "./lib/commands/caddy/slots.ts";

// Tasks.
export type {
  ArgValues,
  OneArg,
  OneOption,
  OptionValue,
  OptionValues,
  RestValues,
  TaskArgument,
  TaskOption,
  ValueTypes,
} from "./lib/task/arguments.ts";
export type { TaskSpec } from "./lib/task/task.ts";
export type { TaskFunction, TaskInfo, TaskOptions } from "./lib/task/context.ts";
export type { Branch, ShownOptions } from "./lib/task/parallel.ts";
export type { Failure, Group, Join } from "./lib/task/pipeline.ts";
export type { StepContext } from "./lib/task/step.ts";
export type { Events } from "./lib/task/events.ts";
export type { LineOptions, LineTime, Person, ResultOptions, Ui } from "./lib/ui/mod.ts";

// A deploy, and what a server holds.
export type { DeploySteps, RollbackSteps } from "./lib/deploy/steps/mod.ts";
export type { DeployStepName, RollbackStepName } from "./lib/deploy/steps/mod.ts";
export type { DeployView, Part } from "./lib/deploy/step.ts";
export type { AppProcess, ReleaseProcesses } from "./lib/core/process.ts";
export type { InstanceStatus, ProcessStatus } from "./lib/server/processes.ts";
export type { PlanView, Previous, ServerView } from "./lib/deploy/plan/plan.ts";
export type {
  Assets,
  Release,
  ReleaseConfig,
  ReleaseId,
  ReleaseState,
  Revision,
  ScheduleSpec,
} from "./lib/core/release.ts";
export type { Limits } from "./lib/core/limits.ts";
export type { JailLimits, LimitFact } from "./lib/server/limits.ts";
export type { RunFact } from "./lib/server/runs.ts";
export type { Slot } from "./lib/core/slot.ts";
export type { AppSpec } from "./lib/commands/app/app.ts";
export type { HostNames } from "./lib/commands/jail/names.ts";
export type { AccessoryStatus } from "./lib/setup/accessory_status.ts";

// Errors.
export {
  ending,
  type EndSignal,
  type ErrorInfo,
  exitCodeOf,
  InterruptedError,
  lastLines,
  LostConnectionError,
  OutputError,
  type Problem,
  ReaderGoneError,
  takenOver,
  TakenOverError,
} from "./lib/core/error.ts";
export type { ServerStatus } from "./lib/running/status.ts";
export type { AnswerCounts, CanaryStatus } from "./lib/server/canary.ts";
export type { PreparedStatus } from "./lib/server/prepared.ts";
export type { ImageStatus } from "./lib/server/images.ts";
export type { ScheduleStatus } from "./lib/running/schedule_status.ts";
export type { AppContext } from "./lib/server/survey.ts";
