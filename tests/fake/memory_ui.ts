// A ui that keeps everything in lists.

import { eventUi } from "../../lib/ui/events.ts";
import type { CommandUi, Event, Person } from "../../lib/ui/mod.ts";
import { errorText } from "../../lib/ui/report.ts";
import { checkDocument } from "../schemas.ts";

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

/**
 * Makes a ui that prints nothing and remembers everything; it answers questions as told. A result that fits no schema is a
 * failure, unless `own` says that tasks of a user give it.
 */
export function memoryUi(
  options: { answer?: boolean; verbose?: boolean; terminal?: boolean; person?: Person; own?: boolean } = {},
): MemoryUi {
  const { answer = false, verbose = false, terminal = false } = options;
  const events: Event[] = [];
  const results: string[] = [];
  const errors: string[] = [];
  const questions: string[] = [];
  const confirm = (question: string) => {
    questions.push(question);
    return Promise.resolve(answer);
  };
  const line = async (question: string) => await confirm(question) ? "yes" : null;
  const asked = { confirm, line, secret: () => Promise.resolve(null) };
  return {
    ...eventUi({
      emit: (event) => events.push(event),
      fail: (error, place) => errors.push(errorText(error, { verbose, place })),
      verbose,
    }),
    ...{ events, results, errors, questions, terminal, confirm },
    person: options.person ?? (options.answer === undefined ? undefined : asked),
    result: (value, text) => {
      if (!options.own) checkDocument(value);
      events.push({ type: "result", value });
      results.push(text);
    },
    text: () => [...events.map((event) => JSON.stringify(event)), ...results, ...errors].join("\n"),
  };
}
