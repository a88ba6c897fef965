// The options of `alcaide secrets`.

import type { OptionValues } from "../task/arguments.ts";

/** The options of `alcaide secrets`. */
export const secretsOptions = {
  names: { type: "boolean", description: "show: only names, which need no key" },
  generate: { type: "boolean", description: "set: a random value, safe in URLs" },
  bytes: { type: "number", description: "set --generate: how many random bytes (default 48, 64 characters)" },
  exact: { type: "boolean", description: "set: keep the line break behind a single line of standard input" },
  file: { type: "string", description: "Another encrypted file" },
  key: { type: "string", description: "The file with its key" },
} as const;

/** Their values. */
export type SecretsChoice = OptionValues<typeof secretsOptions>;
