// Runs commands of `$` by the package dax. Loaded when the first one starts.

import { resolve } from "@std/path";
import dax from "dax";
import { AlcaideError, CommandError, messageOf, TimeoutError } from "../core/error.ts";
import { masked, masker } from "../core/mask.ts";
import { calledBy } from "../core/stack.ts";
import { inCommand } from "../transport/children.ts";
import { aborted, pause, within } from "../transport/limits.ts";
import type { ShellSource } from "./shell_types.ts";
import type { Piece, Template } from "./shell_values.ts";
import type { Surroundings } from "./surroundings.ts";

/** A command that has not started. */
export interface Recipe extends Template {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signals: readonly AbortSignal[];
  readonly quiet: boolean;
  /** Statuses that it may end with. */
  readonly allowed: readonly number[] | "any";
  /** Where it was written. */
  readonly caller: Error;
  readonly surroundings: Surroundings | undefined;
  readonly stdin?: string | Uint8Array | ReadableStream<Uint8Array> | ShellSource;
  readonly cwd?: string;
  readonly hint?: string;
  readonly timeout?: number;
}

/** The destination of its standard output. */
export type Output = "show" | "collect" | WritableStream<Uint8Array>;

type Builder = import("dax").CommandBuilder;

/** Milliseconds after which nobody waits for a command that was told to end: a process that escaped may hold its output open. */
const patience = 5_000;

/** Programs that the package does itself, each a little differently: `touch` takes an absolute path for a relative one. */
const theirs = ["cat", "cp", "echo", "mkdir", "mv", "printenv", "pwd", "rm", "sleep", "test", "touch"];

/** The most that an error holds of what a command printed. */
const tail = 64 * 1024;

/** Runs a command, and gives its status and what was collected. */
export async function execute(recipe: Recipe, output: Output): Promise<{ code: number; stdout: Uint8Array }> {
  const { surroundings, signals, timeout, caller } = recipe;
  const all = surroundings ? [surroundings.signal, ...signals] : signals;
  try {
    return await within(
      { signal: AbortSignal.any([...all]), timeout },
      (time) => new TimeoutError(`Cannot finish a local command within ${time / 1000} s`),
      (signal) => perform(recipe, output, signal),
    );
  } catch (error) {
    throw calledBy(error, caller);
  }
}

async function perform(recipe: Recipe, output: Output, signal: AbortSignal) {
  recipe.surroundings?.started(recipe.shown);
  const over = new AbortController();
  const group = recipe.surroundings !== undefined || recipe.signals.length > 0 ||
    recipe.timeout !== undefined;
  const input = inputOf(recipe.stdin);
  try {
    const builder = builderOf(recipe, output, input.stream).signal(signal);
    const ended = inCommand({ over: over.signal, group }, () => builder.then((result) => result));
    const result = await Promise.race([ended, abandoned(signal, over.signal)]);
    input.check();
    return { code: result.code, stdout: output === "collect" ? result.stdoutBytes : new Uint8Array() };
  } catch (error) {
    input.check();
    throw failure(recipe, output, error);
  } finally {
    over.abort();
    input.end();
  }
}

function builderOf(recipe: Recipe, output: Output, input: ReadableStream<Uint8Array>): Builder {
  const { parts, pieces, env, cwd, allowed, quiet, surroundings } = recipe;
  const strings = parts as unknown as TemplateStringsArray;
  const values = pieces.map(daxValue) as Parameters<typeof dax> extends [unknown, ...infer Values] ? Values
    : never;
  const directory = resolve(surroundings?.directory ?? "", cwd ?? "");
  const shown = (kind: "out" | "err") => quiet ? "null" as const : writer(recipe, kind);
  const basis = theirs.reduce((builder, name) => builder.unregisterCommand(name), dax(strings, ...values))
    .pipefail().errorTail({ maxBytes: tail }).env({ ...env }).cwd(directory)
    .stdin(input as unknown as "null")
    .stderr(shown("err") as "null");
  const free = allowed === "any" ? basis.noThrow() : basis.noThrow(...allowed as [number]);
  if (output instanceof WritableStream) return free.stdout(output, { preventClose: true });
  return free.stdout((output === "collect" ? "piped" : shown("out")) as "piped");
}

function daxValue(piece: Piece) {
  if ("file" in piece) return dax.path(piece.file);
  return "words" in piece ? piece.words : piece.content;
}

/** In a task, what a command prints goes where the task's output goes. */
function writer(
  { surroundings, secrets }: Recipe,
  kind: "out" | "err",
): "inherit" | WritableStream<Uint8Array> {
  if (surroundings === undefined) return "inherit";
  const { take, rest } = masker(secrets);
  const give = (bytes: Uint8Array) => bytes.length > 0 && surroundings.output(bytes, kind);
  return new WritableStream({ write: (chunk) => void give(take(chunk)), close: () => void give(rest()) });
}

/** The input of a command. A command that could read only a part of it has not ended well, whatever it says. */
function inputOf(content: Recipe["stdin"] = "") {
  const left = new AbortController();
  const source = content instanceof ReadableStream ? content : streamOf(content, left.signal);
  const reader = source.getReader();
  let broken: { readonly error: unknown } | undefined;
  const stream = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      try {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        broken = { error };
        controller.error(error);
      }
    },
  }, { highWaterMark: 0 });
  const check = () => {
    if (broken) throw broken.error;
  };
  const end = () => {
    left.abort();
    reader.cancel().catch(() => {});
  };
  return { stream, check, end };
}

function streamOf(content: string | Uint8Array | ShellSource, left: AbortSignal): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => {
      const take = (chunk: Uint8Array) => {
        if (!left.aborted && chunk.length > 0) controller.enqueue(chunk);
      };
      const close = () => left.aborted || controller.close();
      if (typeof content === "function") {
        content(take, left).then(close, (error) => controller.error(error));
        return;
      }
      take(typeof content === "string" ? new TextEncoder().encode(content) : content);
      close();
    },
  });
}

async function abandoned(signal: AbortSignal, over: AbortSignal): Promise<never> {
  await aborted(signal).catch(() => {});
  await pause(patience, over).catch(() => {});
  throw signal.reason;
}

/** The package's own errors may hold the command's text. */
function failure(recipe: Recipe, output: Output, error: unknown): unknown {
  const { shown, secrets, quiet, hint, surroundings } = recipe;
  if (error instanceof AlcaideError) return error;
  if (!(error instanceof Error) || error.name !== "ShellError") {
    const why = masked(messageOf(error), secrets);
    return new AlcaideError(`Cannot run ${shown}: ${why}`);
  }
  const { exitCode: code, ...texts } = error as Error & { exitCode: number; stdout: string; stderr: string };
  const [stdout, stderr] = [masked(texts.stdout ?? "", secrets), masked(texts.stderr ?? "", secrets)];
  const told = !quiet && surroundings !== undefined && (output === "show" || stderr !== "");
  const advice = hint ?? (code === 127 ? "Is the program installed, and in a directory of PATH?" : undefined);
  return new CommandError("local", shown, { code, stdout, stderr }, {
    ...(told ? { details: [] } : {}),
    hint: advice,
  });
}
