// Output of tasks as JSON, an object a line, for programs.

import { eventUi } from "./events.ts";
import type { CommandUi, Event } from "./mod.ts";
import { type ErrorEvent, errorEvent } from "./report.ts";
import { endingOutput, type Sink, standardOutput, writeText } from "./sink.ts";
import { sparing } from "./sparing.ts";

/** A line of `--json`. The last one is a result or an error. */
export type JsonLine = Event | ErrorEvent;

/** How {@linkcode jsonUi} speaks. */
export interface JsonUiOptions {
  /** The sink of the lines. Default: standard output. */
  readonly out?: Sink;
  /** With `--verbose`. */
  readonly verbose?: boolean;
  /** With `--yes`. */
  readonly yes?: boolean;
}

/** Makes a ui that prints every event as a line of JSON. The result comes last: null where a task that ended well has none. */
export function jsonUi(options: JsonUiOptions = {}): CommandUi {
  const { out = standardOutput, ...rest } = options;
  let told = false;
  const print = (event: JsonLine) => {
    told ||= event.type === "result" || event.type === "error";
    const endless = event.type === "output" && options.out === undefined;
    writeText(endless ? endingOutput : out, `${JSON.stringify(event)}\n`);
  };
  const fail: CommandUi["fail"] = (error, place) => print(errorEvent(error, place));
  const ui = eventUi({ ...rest, emit: sparing(print), fail });
  const end = () => {
    ui.end();
    if (!told) print({ type: "result", value: null });
  };
  return { ...ui, end };
}
