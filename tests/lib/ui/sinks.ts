import { terminalUi, type TerminalUiOptions } from "../../../lib/ui/terminal.ts";
import type { CommandUi } from "../../../lib/ui/mod.ts";
import type { Sink } from "../../../lib/ui/sink.ts";

/** A sink that remembers, as text and as the pieces that were written. */
export interface RememberingSink {
  readonly sink: Sink;
  readonly pieces: string[];
  text(): string;
}

/** Makes a sink that remembers. */
export function rememberingSink(): RememberingSink {
  const pieces: string[] = [];
  return {
    sink: (bytes) => void pieces.push(new TextDecoder().decode(bytes)),
    pieces,
    text: () => pieces.join(""),
  };
}

/** A ui whose clock goes on by a second at each look. */
export function makeUi(options: TerminalUiOptions = {}) {
  const [out, err] = [rememberingSink(), rememberingSink()];
  let clock = 0;
  const now = () => (clock += 1000);
  const ui: CommandUi = terminalUi({ out: out.sink, err: err.sink, now, ...options });
  return { ui, out, err };
}
