// The console of the user's code, where standard output is for programs.

import { standardError, writeText } from "../ui/sink.ts";

/** Lets `console` print on standard error until it is disposed of: a line of a person's would spoil the lines of `--json`. */
export async function consoleAside(): Promise<Disposable> {
  const { Console } = await import("node:console");
  const stream = {
    write: (text: string) => writeText(standardError, text),
  } as unknown as NodeJS.WritableStream;
  const before = { ...console };
  Object.assign(console, new Console({ stdout: stream, stderr: stream, ignoreErrors: false }));
  return { [Symbol.dispose]: () => void Object.assign(console, before) };
}
