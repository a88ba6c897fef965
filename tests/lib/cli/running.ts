/**
 * The program run in a directory of its own, with tasks of the tests.
 */

import { main, type MainOptions } from "../../../lib/cli/main.ts";
import type { SignalSource } from "../../../lib/cli/signals.ts";
import type { UiChoice } from "../../../lib/cli/standard_ui.ts";
import { LockedError } from "../../../lib/core/error.ts";
import type { Servers } from "../../../lib/remote/servers.ts";
import { task } from "../../../lib/task/task.ts";
import { memoryUi } from "../../fake/memory_ui.ts";
import type { Context } from "../../../lib/task/context.ts";

/** An Alcaidefile that says no more than it must. */
export const good = `export default { app: "shop", server: "a", build: { prebuilt: "x" } };\n`;

/** A directory with an Alcaidefile, and what a run of the program in it did. */
export async function inDirectory(
  file: string | undefined,
  use: (run: Run, directory: string) => Promise<void>,
) {
  const directory = await Deno.makeTempDir();
  try {
    if (file !== undefined) await Deno.writeTextFile(`${directory}/Alcaidefile.ts`, file);
    await use((args, options) => runMain(args, directory, options), directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Runs the program. */
export type Run = (args: string[], options?: Partial<MainOptions>) => ReturnType<typeof runMain>;

async function runMain(args: string[], cwd: string, options: Partial<MainOptions> = {}) {
  const ui = memoryUi();
  const seen: Context[] = [];
  const choices: UiChoice[] = [];
  let closed = 0;
  const servers = { [Symbol.asyncDispose]: () => Promise.resolve(void closed++) } as unknown as Servers;
  const silent: SignalSource = { addSignalListener: () => {}, removeSignalListener: () => {} };
  const status = await main(args, {
    tasks: tasksThat((ctx) => Promise.resolve(void seen.push(ctx))),
    version: "1.2.3",
    cwd,
    ui: (choice) => (choices.push(choice), ui),
    connect: () => servers,
    signals: silent,
    ...options,
  });
  return { status, ui, ctx: seen[0], choice: choices[0], closed: () => closed, said: ui.text() };
}

/** A task of each kind; those that do nothing note their context. */
function tasksThat(note: (ctx: Context) => Promise<void>): MainOptions["tasks"] {
  return {
    look: task({
      description: "Look",
      group: "Seeing",
      options: { deep: { type: "boolean", short: "d", description: "Deeply" } },
      run: note,
    }),
    run: task({
      description: "Run a command",
      args: [{ name: "command", description: "It", rest: true }],
      passthrough: true,
      run: note,
    }),
    one: task({
      description: "Take one",
      args: [{ name: "name", description: "Its name" }],
      examples: ["alcaide one x"],
      run: note,
    }),
    bare: task({ description: "Need nothing", configless: true, run: note }),
    nine: task("Give 9", () => Promise.resolve(9)),
    fail: task("Fail", () => Promise.reject(new LockedError("Cannot take the lock", "somebody"))),
    crash: task("Crash", () => Promise.reject(new TypeError("x is undefined"))),
    greedy: task({
      description: "Ask for too much",
      configless: true,
      run: async (ctx) => void await ctx.servers,
    }),
  };
}
