/** Ends of commands, told as a real transport tells them. */

import type { Exit } from "../../lib/core/error.ts";
import type { ExecOptions } from "../../lib/transport/mod.ts";

/** Gives the output to whoever takes it as it comes; the end is without it then. */
export function told(
  { stdout = "", stderr = "", code = 0, ...rest }: Partial<Exit>,
  { onData }: ExecOptions,
): Exit {
  if (!onData) return { code, stdout, stderr, ...rest };
  for (const [text, stream] of [[stdout, "out"], [stderr, "err"]] as const) {
    if (text !== "") onData(new TextEncoder().encode(text), stream);
  }
  return { code, stdout: "", stderr: "", ...rest };
}
