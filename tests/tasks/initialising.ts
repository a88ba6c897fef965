// Runs of `init` in directories of their own.

import { memoryUi } from "../fake/memory_ui.ts";
import { init } from "../../tasks/init.ts";
import type { Context } from "../../lib/task/context.ts";

/** The questions that are asked of every app. */
export const values = [
  "Name of the app? (empty for shop)",
  "Server, as user@host? (empty for later)",
  "Domain? (empty for none yet)",
];

/** A run with options, or with somebody who is asked and gives these answers, then none. */
export type Run = (
  how?: Readonly<Record<string, unknown>> & { answers?: readonly (string | null)[] },
) => Promise<Ran>;

/** Makes an empty directory of a name for runs of `init`. */
export async function inDirectory(name: string, use: (directory: string, run: Run) => Promise<void>) {
  const parent = await Deno.makeTempDir();
  const directory = `${parent}/${name}`;
  await Deno.mkdir(directory);
  const run: Run = async ({ answers, ...options } = {}) => {
    const questions: string[] = [];
    const line = (question: string) => Promise.resolve(answers?.[questions.push(question) - 1] ?? null);
    const confirm = async (question: string) => await line(question) === "y";
    const person = { line, confirm, secret: () => Promise.resolve(null) };
    const ui = memoryUi(answers === undefined ? {} : { person });
    await init({ ui, directory, options } as unknown as Context);
    const infos = ui.events.flatMap((event) => event.type === "info" ? [event.text] : []);
    return { infos, text: ui.results[0] ?? "", questions };
  };
  try {
    await use(directory, run);
  } finally {
    await Deno.remove(parent, { recursive: true });
  }
}

/** The words and questions of a run. */
export interface Ran {
  readonly infos: string[];
  readonly text: string;
  readonly questions: readonly string[];
}
