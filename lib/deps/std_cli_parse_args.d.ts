/** What {@linkcode parseArgs} may be told. */
export interface ParseOptions {
  "--"?: boolean;
  alias?: Record<string, string | readonly string[]>;
  boolean?: boolean | string | readonly string[];
  default?: Record<string, unknown>;
  stopEarly?: boolean;
  string?: string | readonly string[];
  collect?: string | readonly string[];
  negatable?: string | readonly string[];
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}
/** What {@linkcode parseArgs} found: options by name, the rest in `_`. */
export interface ParsedArgs {
  [name: string]: unknown;
  _: (string | number)[];
  "--"?: string[];
}
/** Parses a command line. */
export function parseArgs(args: readonly string[], options?: ParseOptions): ParsedArgs;
