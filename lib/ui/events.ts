// Output of tasks as events, for programs.

import type { CommandUi, ErrorPlace, Event, LineTime } from "./mod.ts";
import { withSource } from "./sink.ts";
import { type OutputText, utf8 } from "./utf8.ts";

/** The inputs of {@linkcode eventUi}. */
export interface EventUiOptions {
  /** Gets each event. */
  readonly emit: (event: Event) => void;
  /** Gets the error that ends the task. */
  readonly fail: (error: unknown, place?: ErrorPlace) => void;
  /** True to hear of commands and their output. */
  readonly verbose?: boolean;
  /** Answers every question. */
  readonly yes?: boolean;
  /** Milliseconds since some moment. */
  readonly now?: () => number;
}

/** Makes a ui that says everything as events. The result comes last. */
export function eventUi(options: EventUiOptions): CommandUi {
  const { emit, fail, verbose = false, yes = false } = options;
  const texts = { out: utf8(), err: utf8() };
  const tell = (stream: "out" | "err", piece: OutputText | undefined, time?: LineTime) => {
    if (piece) emit({ type: "output", stream, ...piece, ...time === undefined ? {} : { time } });
  };
  const steps = stepEvents(emit, options.now ?? (() => performance.now()));
  let result: Event | undefined;
  const flush = (endStep: () => void) => {
    endStep();
    tell("out", texts.out.rest());
    tell("err", texts.err.rest());
    if (result) emit(result);
    result = undefined;
  };
  return {
    verbose,
    terminal: false,
    step: steps.begin,
    failed: steps.fail,
    info: (text) => emit({ type: "info", text }),
    warn: (text, hint) => emit({ type: "warning", text, ...(hint === undefined ? {} : { hint }) }),
    line: (source, text) => emit({ type: "line", source, text }),
    progress: (label, done, total, estimate) =>
      emit({ type: "progress", label, done, total, ...estimate === undefined ? {} : { estimate } }),
    result: (value) => {
      flush(steps.end);
      result = { type: "result", value: value ?? null };
    },
    output: (chunk, stream, source, time) =>
      tell(stream, texts[stream].take(withSource(chunk, source)), time),
    confirm: () => Promise.resolve(yes),
    fail: (error, place) => {
      flush(steps.leave);
      fail(error, place);
    },
    end: () => flush(steps.end),
  };
}

/** Says when steps begin and end, and how long they took. */
function stepEvents(emit: (event: Event) => void, now: () => number) {
  let current: { readonly title: string; readonly began: number } | undefined;
  const leave = () => {
    const took = current && { title: current.title, milliseconds: Math.round(now() - current.began) };
    current = undefined;
    return took;
  };
  const end = () => {
    const took = leave();
    if (took) emit({ type: "done", ...took });
  };
  return {
    end,
    leave,
    begin: (title: string) => {
      end();
      current = { title, began: now() };
      emit({ type: "step", title });
    },
    fail: (title: string) => {
      if (current?.title !== title) end();
      emit({ type: "failed", title, ...leave() });
    },
  };
}
