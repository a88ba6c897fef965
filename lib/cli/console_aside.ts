// The console of the user's code, where standard output is for programs.

/** Lets `console` print on standard error until it is disposed of: a line of a person's would spoil the lines of `--json`. */
export function consoleAside(): Disposable {
  const { log, info, debug, dir, error } = console;
  Object.assign(console, { log: error, info: error, debug: error, dir: (value: unknown) => error(value) });
  return { [Symbol.dispose]: () => void Object.assign(console, { log, info, debug, dir }) };
}
