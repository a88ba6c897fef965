/**
 * Output of tasks, kept in a list: for tests.
 *
 * @module
 */

import type { CommandUi, Event, Person } from "./mod.ts";
import { errorText } from "./report.ts";
import { withSource } from "./sink.ts";

/** A ui that remembers. */
export interface MemoryUi extends CommandUi {
  /** Everything that was said, in order. */
  readonly events: readonly Event[];
  /** Texts of all results. */
  readonly results: readonly string[];
  /** Errors as they would be printed. */
  readonly errors: readonly string[];
  /** Questions that were asked. */
  readonly questions: readonly string[];
  /** Everything that was said as one text, a line each: for looking whether something is in it. */
  text(): string;
}

/** Makes a ui that prints nothing and remembers everything; it answers questions as told. */
export function memoryUi(
  options: { answer?: boolean; verbose?: boolean; terminal?: boolean; person?: Person } = {},
): MemoryUi {
  const { answer = false, verbose = false, terminal = false } = options;
  const confirm = (question: string) => {
    questions.push(question);
    return Promise.resolve(answer);
  };
  const line = async (question: string) => await confirm(question) ? "yes" : null;
  const events: Event[] = [];
  const results: string[] = [];
  const errors: string[] = [];
  const questions: string[] = [];
  return {
    events,
    results,
    errors,
    questions,
    verbose,
    terminal,
    person: options.person ??
      (options.answer === undefined ? undefined : { confirm, line, secret: () => Promise.resolve(null) }),
    step: (title) => events.push({ type: "step", title }),
    failed: (title) => events.push({ type: "failed", title }),
    info: (text) => events.push({ type: "info", text }),
    warn: (text, hint) => events.push({ type: "warning", text, ...(hint === undefined ? {} : { hint }) }),
    line: (source, text) => events.push({ type: "line", source, text }),
    progress: (label, done, total) => events.push({ type: "progress", label, done, total }),
    result: (value, text) => {
      events.push({ type: "result", value });
      results.push(text);
    },
    output: (chunk, stream, source) => {
      events.push({ type: "output", stream, text: new TextDecoder().decode(withSource(chunk, source)) });
    },
    confirm,
    fail: (error, place) => errors.push(errorText(error, { verbose, place })),
    end: () => {},
    text: () => [...events.map((event) => JSON.stringify(event)), ...results, ...errors].join("\n"),
  };
}
