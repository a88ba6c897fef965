// Records of actions for the history: their steps while they run, how they ended, and writing that to servers.

import { readableFields } from "../config/field/missing.ts";
import type { Config } from "../config/field/types.ts";
import { addRecord } from "../commands/history.ts";
import { exitCodeOf, exitCodes, messageOf } from "../core/error.ts";
import { masked } from "../core/mask.ts";
import { readUser } from "../remote/revision.ts";
import type { Remote } from "../remote/remote.ts";
import { knownTexts } from "../secrets/reference.ts";
import type { ActionRecord, Ending, Failure, StepTime } from "../server/history.ts";
import { errorEvent } from "../ui/report.ts";
import type { Ui } from "../ui/mod.ts";
import type { Context } from "./context.ts";
import { derive } from "./task.ts";

/** An action that goes on. */
export interface Recording<Ctx> {
  /** The context to work with: its steps are noted. */
  readonly ctx: Ctx;
  /** How it ended: with the value that it returned, which may be an exit status. */
  returned(value: unknown): Ending;
  /** How it ended: with an error. */
  threw(error: unknown): Ending;
}

/**
 * Does something with a context whose steps are noted, and hands on how it ended: with an error, or with a value, which may be
 * an exit status.
 */
export async function withEnding<Ctx extends Context, T>(
  ctx: Ctx,
  work: (ctx: Ctx) => Promise<T>,
  finish: (ending: Ending) => Promise<void>,
): Promise<T> {
  const recording = beginRecording(ctx);
  let value: T;
  try {
    value = await work(recording.ctx);
  } catch (error) {
    await finish(recording.threw(error));
    throw error;
  }
  await finish(recording.returned(value));
  return value;
}

/** Begins the record of an action. */
export function beginRecording<Ctx extends Context>(ctx: Ctx): Recording<Ctx> {
  const began = Date.now();
  const steps: { title: string; began: number; ended?: number; failed?: true }[] = [];
  const close = () => {
    const last = steps.at(-1);
    if (last) last.ended ??= Date.now();
  };
  const ui = listening(ctx.ui, {
    step: (title) => {
      close();
      steps.push({ title, began: Date.now() });
    },
    failed: (title) => {
      close();
      const failed = steps.findLast((step) => step.title === title);
      if (failed) failed.failed = true;
    },
  });
  const end = (): Pick<Ending, "milliseconds" | "steps"> => {
    close();
    const times = steps.map(({ title, began, ended = began, failed }): StepTime => ({
      title,
      milliseconds: ended - began,
      ...failed ? { failed } : {},
    }));
    return { milliseconds: Date.now() - began, steps: times };
  };
  return {
    ctx: derive(ctx, { ui }),
    returned: (value) => ({ ...statusEnding(value), ...end() }),
    threw: (error) => ({
      outcome: isInterrupted(error) ? "interrupted" : "failed",
      ...end(),
      error: failureOf(error, ctx.config),
    }),
  };
}

/** A task may return its exit status. */
function statusEnding(value: unknown): Ending {
  if (typeof value !== "number" || value === 0) return { outcome: "succeeded" };
  const error = { code: value, message: `It ended with status ${value}`, because: [] };
  return { outcome: "failed", error };
}

/** A ui that also tells somebody of steps. */
function listening(ui: Ui, hears: Pick<Ui, "step" | "failed">): Ui {
  return new Proxy(ui, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      if (name !== "step" && name !== "failed") return value.bind(target);
      return (title: string) => {
        hears[name](title);
        target[name](title);
      };
    },
  });
}

function isInterrupted(error: unknown): boolean {
  const { hungUp, interrupted, quit, terminated } = exitCodes;
  return [hungUp, interrupted, quit, terminated].some((code) => code === exitCodeOf(error));
}

const longestMessage = 500;
const mostCauses = 5;

function failureOf(error: unknown, config: Config): Failure {
  const { message, causes, exitCode } = errorEvent(error);
  const known = knownTexts(readableFields(config).map((name) => config[name]));
  const hide = (text: string) => masked(text, known).slice(0, longestMessage);
  return {
    code: exitCode,
    message: hide(message),
    because: causes.slice(0, mostCauses).map((cause) => hide(cause.message)),
  };
}

const actorKey = Symbol.for("alcaide.actor");

/** The context of somebody else than this machine's user, such as one who is known to a page. */
export function actingAs<Ctx extends Context>(ctx: Ctx, name: string): Ctx {
  return derive(ctx, { [actorKey]: name } as Partial<Context>);
}

/** The person who acts: `user@machine`, or `name by user@machine`. */
export async function actorOf(ctx: Context): Promise<string> {
  const { [actorKey]: name } = ctx as Context & { [actorKey]?: string };
  const user = await readUser(ctx.local);
  return name === undefined ? user : `${name} by ${user}`;
}

/** An action that needs no lock of the app. */
export interface Action {
  /** Its name: "run". */
  readonly what: string;
  /** Its object, without secrets. */
  readonly about?: string | undefined;
  /** The servers whose history has it. */
  readonly servers: readonly Remote[];
  /** How much it brought here, once that is known. */
  bytes?: number;
}

/** Does something, and adds its record to the history once it has ended. */
export async function recorded<Ctx extends Context, T>(
  ctx: Ctx,
  action: Action,
  work: (ctx: Ctx) => Promise<T>,
): Promise<T> {
  const { what, about, servers } = action;
  const since = new Date().toISOString();
  const user = actorOf(ctx);
  return await withEnding(ctx, work, async (ending) => {
    const object = about === undefined ? {} : { about };
    const moved = action.bytes === undefined ? {} : { bytes: action.bytes };
    await writeRecord(ctx, servers, { by: await user, since, what, ...object, ...moved, ...ending });
  });
}

/** Adds a record to the history of servers. One that can't be written fails nothing. */
export async function writeRecord(
  { config: { app, keep }, ui }: Pick<Context, "config" | "ui">,
  servers: readonly Remote[],
  record: ActionRecord,
): Promise<void> {
  const command = addRecord(app, JSON.stringify(record), keep.history);
  await Promise.all(servers.map(async (server) => {
    try {
      await server.run(command, { timeout: 10_000 });
    } catch (error) {
      // A server that failed has said enough.
      if (record.error !== undefined) return;
      ui.warn(
        `Cannot write to the history of ${server.name}: ${messageOf(error)}`,
        "What was done counts all the same. Only its record is missing there",
      );
    }
  }));
}
