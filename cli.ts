/**
 * The program `alcaide`. It loads what a command needs when it needs it: the library is another module.
 *
 * @module
 */

import { answerFirst } from "./lib/cli/first_answer.ts";
import { version } from "./lib/core/version.ts";
import words from "./tasks/first_words.json" with { type: "json" };

/** The library for an Alcaidefile that a binary reads. */
async function library() {
  const [alcaide, internal] = await Promise.all([import("./mod.ts"), import("./internal.ts")]);
  return { alcaide, "alcaide/internal": internal };
}

// Not awaited: an Alcaidefile may import this module, which must have been evaluated by then.
answerFirst(Deno.args, words, version).then(async (answered) => {
  if (answered) Deno.exit();
  const { runProgram } = await import("./tasks/program.ts");
  await runProgram({ args: Deno.args, exit: Deno.exit, library });
});
