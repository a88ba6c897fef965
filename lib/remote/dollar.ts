/**
 * A shell for this machine. The package that understands shell text, dax, is loaded when a command starts, so that a task
 * that starts none does not wait for it.
 *
 * @module
 */

import { CommandError } from "../core/error.ts";
import { isSecret } from "../core/secret.ts";
import { quote } from "../core/sh.ts";
import type { Shell, ShellCommand, ShellProgress, ShellResult, ShellValue } from "./shell_types.ts";
import { currentSurroundings, type Surroundings } from "./surroundings.ts";

/** A command as the package makes it. */
type Builder = import("dax").CommandBuilder;

/** The package. */
type Dax = typeof import("dax").default;

/** One thing that was said of a command before it starts. A builder is a promise, too: nothing may wait for it too early. */
type Setting = (builder: Builder, dax: Dax) => Builder;

/** A command that has not started, and how it may be shown. */
interface Recipe {
  readonly shown: string;
  readonly make: (dax: Dax) => Builder;
  readonly settings: readonly Setting[];
  readonly surroundings: Surroundings | undefined;
}

const recipes = new WeakMap<ShellCommand, Recipe>();

/**
 * The shell for this machine, for builds and whatever else a task needs here. Text is as one types it, with pipes and
 * redirects; values are quoted, and a secret is shown as `[secret]`. Commands run in the Alcaidefile's directory, and end with
 * the task.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { $ } from "alcaide";
 *
 * const name = "it's me";
 * assertEquals(await $`echo ${name} | tr a-z A-Z`.text(), "IT'S ME");
 * ```
 */
export const $: Shell = Object.assign(
  (strings: TemplateStringsArray, ...values: readonly ShellValue[]) =>
    command({
      shown: strings.map((part, index) => part + (index < values.length ? shownValue(values[index]) : ""))
        .join(""),
      make: (dax) => dax(strings, ...values.map(plainValue) as string[]),
      settings: [],
      surroundings: currentSurroundings(),
    }),
  { progress },
);

function command(recipe: Recipe): ShellCommand {
  const { settings } = recipe;
  const and = (setting: Setting) => command({ ...recipe, settings: [...settings, setting] });
  const made: ShellCommand = {
    then: (done, failed) =>
      run(recipe, async (builder): Promise<ShellResult> => await builder).then(done, failed),
    text: () => run(recipe, (builder) => builder.text()),
    lines: () => run(recipe, (builder) => builder.lines()),
    json: <T>() => run(recipe, (builder) => builder.json<T>()),
    bytes: () => run(recipe, (builder) => builder.bytes()),
    code: () => run(recipe, (builder) => builder.code()),
    stream: () => stream(recipe),
    stdin: (content) =>
      and((builder) =>
        typeof content === "string"
          ? builder.stdinText(content)
          : builder.stdin(content as Parameters<Builder["stdin"]>[0])
      ),
    cwd: (directory) => and((builder) => builder.cwd(directory)),
    env: (name, value) => and((builder) => builder.env(name, isSecret(value) ? value.reveal() : value)),
    quiet: () => and((builder) => builder.quiet()),
    noThrow: (first, ...more) =>
      and((builder) => (first === undefined ? builder.noThrow() : builder.noThrow(first, ...more))),
    timeout: (milliseconds) => and((builder) => builder.timeout(milliseconds)),
    signal: (signal) => and((builder) => builder.signal(signal)),
    pipe: (next) =>
      and((builder, dax) => {
        const other = recipes.get(next);
        if (other === undefined) throw new TypeError("Cannot pipe into something that is not a command of $");
        return builder.pipe(build(dax, other));
      }),
  };
  recipes.set(made, recipe);
  return made;
}

/** In a task what a command prints goes where the task's output goes, and the task's end is the command's. */
function build(dax: Dax, { make, settings, surroundings }: Recipe): Builder {
  return [...surroundings ? [settingOf(surroundings)] : [], ...settings].reduce(
    (builder, setting) => setting(builder, dax),
    make(dax),
  );
}

function settingOf({ signal, directory, output }: Surroundings): Setting {
  const into = (kind: "out" | "err") =>
    new WritableStream<Uint8Array>({ write: (chunk) => output(chunk, kind) });
  return (builder) => builder.cwd(directory).signal(signal).stdout(into("out")).stderr(into("err"));
}

async function run<T>(recipe: Recipe, start: (builder: Builder) => Promise<T>): Promise<T> {
  const { default: dax } = await import("dax");
  recipe.surroundings?.signal.throwIfAborted();
  try {
    return await start(build(dax, recipe));
  } catch (error) {
    recipe.surroundings?.signal.throwIfAborted();
    throw failure(recipe, error);
  }
}

/** The package says how a command ended in words. */
function failure({ shown }: Recipe, error: unknown): unknown {
  const [, code] = error instanceof Error ? /^Exited with code: (\d+)/.exec(error.message) ?? [] : [];
  if (code === undefined) return error;
  return new CommandError("local", shown, { code: Number(code), stdout: "", stderr: "" });
}

function stream(recipe: Recipe): ReadableStream<Uint8Array> {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  return new ReadableStream({
    async pull(controller) {
      try {
        const { default: dax } = await import("dax");
        reader ??= build(dax, recipe).stdout("piped").spawn().stdout().getReader() as typeof reader & object;
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        controller.error(failure(recipe, error));
      }
    },
    cancel: (reason) => reader?.cancel(reason),
  });
}

function progress(label: string, { length = 100 }: { readonly length?: number } = {}): ShellProgress {
  const surroundings = currentSurroundings();
  let done = 0;
  const position = (now: number) => {
    done = Math.min(now, length);
    surroundings?.progress(label, done, length);
  };
  const made: ShellProgress = {
    position,
    increment: (by = 1) => position(done + by),
    with: async (action) => {
      const value = await action(made);
      position(length);
      return value;
    },
  };
  return made;
}

function plainValue(value: ShellValue): unknown {
  if (Array.isArray(value)) return value.map(plainValue);
  return isSecret(value) ? value.reveal() : value;
}

function shownValue(value: ShellValue | undefined): string {
  if (Array.isArray(value)) return value.map(shownValue).join(" ");
  if (isSecret(value)) return "[secret]";
  return value instanceof Uint8Array || value instanceof ReadableStream ? "…" : quote(String(value));
}
