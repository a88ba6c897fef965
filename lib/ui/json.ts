/**
 * What tasks say as JSON, an object a line, for programs.
 *
 * @module
 */

import type { CommandUi, Event } from "./mod.ts";
import { errorEvent } from "./report.ts";
import { type Sink, standardOutput, writeText } from "./sink.ts";

/** How {@linkcode jsonUi} speaks. */
export interface JsonUiOptions {
  /** Where the lines go. Default: standard output. */
  readonly out?: Sink;
  /** With `--verbose`. */
  readonly verbose?: boolean;
  /** With `--yes`. */
  readonly yes?: boolean;
}

/** Makes a ui that prints every event as a line of JSON. The result comes last. */
export function jsonUi(options: JsonUiOptions = {}): CommandUi {
  const { out = standardOutput, verbose = false, yes = false } = options;
  const decoders = { out: new TextDecoder(), err: new TextDecoder() };
  let result: Event | undefined;
  const emit = (event: Event | Record<string, unknown>) => writeText(out, `${JSON.stringify(event)}\n`);
  const flush = () => {
    if (result) emit(result);
    result = undefined;
  };
  return {
    verbose,
    terminal: false,
    step: (title) => emit({ type: "step", title }),
    info: (text) => emit({ type: "info", text }),
    warn: (text, hint) => emit({ type: "warning", text, ...(hint === undefined ? {} : { hint }) }),
    line: (source, text) => emit({ type: "line", source, text }),
    progress: (label, done, total) => emit({ type: "progress", label, done, total }),
    result: (value) => {
      flush();
      result = { type: "result", value: value ?? null };
    },
    output: (chunk, stream) => {
      const text = decoders[stream].decode(chunk, { stream: true });
      if (text !== "") emit({ type: "output", stream, text });
    },
    confirm: () => Promise.resolve(yes),
    fail: (error) => {
      flush();
      emit(errorEvent(error));
    },
    end: flush,
  };
}
