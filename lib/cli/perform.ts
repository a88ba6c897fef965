// Runs a task that a command line asks for.

import { dirname } from "node:path";
import { wholeConfig } from "../config/field/missing.ts";
import { ConfigError, InterruptedError, UsageError } from "../core/error.ts";
import { local as thisMachine } from "../remote/local.ts";
import type { Value } from "../task/arguments.ts";
import { bareContext } from "../task/bare_context.ts";
import { meaningOf } from "../task/events.ts";
import { runTask } from "../task/in_task.ts";
import { checkRequired, readArguments } from "../task/given.ts";
import { readWords, withGlobals, type Words } from "../task/options.ts";
import { withCache } from "../task/seen_releases.ts";
import type { ProgramTask } from "../task/late_task.ts";
import type { CommandUi, ErrorPlace } from "../ui/mod.ts";
import { report } from "../ui/report.ts";
import type { Faults } from "./faults.ts";
import { type Alcaidefile, withReader } from "./loader.ts";
import { loadIfThere, type Program } from "./program.ts";
import { onSignals } from "./signals.ts";
import { uiChoice } from "./standard_ui.ts";
import { placeInFile } from "./user_code.ts";

/** A command line that is understood. */
export interface Call extends Pick<Words, "values"> {
  readonly name: string;
  readonly args: readonly Value[];
  readonly task: ProgramTask;
  readonly file: Alcaidefile | undefined;
}

/**
 * Reads the words behind a task's name.
 *
 * @throws {UsageError} when the task doesn't take them
 */
export function readCall(
  name: string,
  task: ProgramTask,
  rest: readonly string[],
  before: Words["values"],
): Pick<Call, "values" | "args"> {
  const { values, words } = readWords(rest, withGlobals(task.options), {
    stopEarly: task.passthrough === true,
  });
  const args = readArguments(name, task, words);
  checkRequired(name, task, values);
  if ((values["quiet"] ?? before["quiet"]) && (values["verbose"] ?? before["verbose"])) {
    throw new UsageError("Cannot be quiet and verbose at once", { hint: "Leave out --quiet or --verbose" });
  }
  return { values: { ...before, ...values }, args };
}

/** Runs the task of a call, and gives its exit status. */
export async function perform(call: Call, program: Program, faults: Faults): Promise<number> {
  using interruption = onSignals({
    warn: (text) => ui.warn(text),
    exit: program.exit ?? (() => {}),
    ...(program.signals ? { source: program.signals } : {}),
  });
  const signal = AbortSignal.any([interruption.signal, faults.signal]);
  const ui: CommandUi = program.ui(uiChoice(call.values), signal);
  try {
    return await faults.watch(() => runCall(call, program, ui, signal));
  } catch (error) {
    const meant = meaningOf(error, signal);
    return report(meant, ui, await errorPlace(meant, call));
  } finally {
    ui.end();
  }
}

/** The place in a user's own task that failed. A wrong command line isn't the code's fault. */
async function errorPlace(error: unknown, { name, task, file }: Call): Promise<ErrorPlace | undefined> {
  if (file?.tasks[name] !== task || error instanceof UsageError) return undefined;
  if (error instanceof InterruptedError || error instanceof ConfigError) return undefined;
  const place = await placeInFile(error, file) ?? { position: file.path, excerpt: [] };
  return { task: name, ...place };
}

async function runCall(call: Call, program: Program, ui: CommandUi, signal: AbortSignal): Promise<number> {
  const { file, task, values, args } = call;
  const directory = file === undefined ? program.cwd : dirname(file.path);
  const local = program.local?.(directory) ?? thisMachine({ cwd: directory });
  const parts = withCache({ ui, signal, local, directory, args, options: values }, program.cache);
  if (file === undefined) {
    const read = (config?: string) =>
      loadIfThere(config === undefined ? values : { ...values, config }, program);
    const bare = bareContext(withReader(parts, read));
    return await runTask(task, bare);
  }
  const [{ resolvePartly }, { connectBySsh, fullContext, serversOf }] = await Promise.all([
    import("../config/resolve.ts"),
    import("../task/make_context.ts"),
  ]);
  const environment = values["environment"] as string | undefined;
  const config = resolvePartly(await file.config(), { directory, environment, file: file.path });
  // Ours need all of it; their own tasks are told what is missing when they ask for it.
  if (file.tasks[call.name] !== task) wholeConfig(config);
  await using servers = serversOf(config, () => (program.connect ?? connectBySsh)(config, ui));
  return await runTask(task, fullContext(parts, config, servers));
}
