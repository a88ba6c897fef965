// A shell for this machine. The package that understands shell text, dax, is loaded when a command starts, so that a task
// that starts none does not wait for it.

import { AlcaideError, messageOf } from "../core/error.ts";
import { masked } from "../core/mask.ts";
import { isSecret, type Secret } from "../core/secret.ts";
import type { Output, Recipe } from "./shell.ts";
import type { Shell, ShellCommand, ShellProgress } from "./shell_types.ts";
import { readTemplate } from "./shell_values.ts";
import { currentSurroundings } from "./surroundings.ts";

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
  (...[strings, ...values]: Parameters<Shell>) =>
    command({
      ...readTemplate(strings, values),
      env: {},
      signals: [],
      quiet: false,
      allowed: [0],
      caller: new Error(),
      surroundings: currentSurroundings(),
    }),
  { progress },
);

function command(recipe: Recipe): ShellCommand {
  const { surroundings } = recipe;
  surroundings?.waiting.add(recipe);
  const used = () => (surroundings?.waiting.delete(recipe), recipe);
  const change = (changes: Partial<Recipe>) => command({ ...used(), ...changes });
  const ended = async () => ({ code: (await run(used(), "show")).code });
  const bytes = async () => (await run(used(), "collect")).stdout;
  const text = async () => new TextDecoder().decode(await bytes()).replace(/\r?\n$/, "");
  const made: ShellCommand = {
    then: (done, failed) => ended().then(done, failed),
    catch: (failed) => ended().catch(failed),
    finally: (done) => ended().finally(done),
    [Symbol.toStringTag]: "ShellCommand",
    bytes,
    text,
    lines: async () => {
      const all = await text();
      return all === "" ? [] : all.split(/\r?\n/);
    },
    json: async <T>() => parse(await text(), recipe) as T,
    code: async () => (await run({ ...used(), allowed: "any" }, "show")).code,
    stream: () => stream(used()),
    stdin: (content) => change(plain(recipe, content, (stdin) => ({ stdin }))),
    cwd: (cwd) => change({ cwd }),
    env: (name, value) => change(plain(recipe, value, (text) => ({ env: { ...recipe.env, [name]: text } }))),
    quiet: () => change({ quiet: true }),
    noThrow: (...codes) => change({ allowed: codes.length === 0 ? "any" : [0, ...codes] }),
    hint: (hint) => change({ hint }),
    timeout: (timeout) => change({ timeout }),
    signal: (signal) => change({ signals: [...recipe.signals, signal] }),
    pipe: (next) => {
      if (!recipes.has(next)) throw new TypeError("Cannot pipe into something that is not a command of $");
      return next.stdin(made.stream());
    },
  };
  recipes.set(made, recipe);
  return made;
}

/** A change by a value. A secret is remembered, so that it is never shown. */
function plain<T>(
  recipe: Recipe,
  value: T | Secret,
  change: (value: T | string) => Partial<Recipe>,
): Partial<Recipe> {
  if (!isSecret(value)) return change(value);
  return { ...change(value.reveal()), secrets: [...recipe.secrets, value.reveal()] };
}

async function run(recipe: Recipe, output: Output): Promise<{ code: number; stdout: Uint8Array }> {
  const { execute } = await import("./shell.ts");
  return await execute(recipe, output);
}

function parse(text: string, { shown, secrets }: Recipe): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = masked(messageOf(cause), secrets);
    throw new AlcaideError(`Cannot read what ${shown} printed as JSON: ${why}`);
  }
}

/** Nothing starts before something is read; who stops reading ends the command. */
function stream(recipe: Recipe): ReadableStream<Uint8Array> {
  const left = new AbortController();
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  const start = () => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    run({ ...recipe, signals: [...recipe.signals, left.signal] }, writable)
      .then(() => writable.close(), (error) => writable.abort(error))
      .catch(() => {}); // It is closed already: nobody reads any more.
    return readable.getReader();
  };
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      reader ??= start();
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => left.abort(reason),
  }, { highWaterMark: 0 });
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
