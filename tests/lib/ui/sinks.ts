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
