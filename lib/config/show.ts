// A resolved configuration for people and for programs. Secrets stay masked in both.

import { configuration } from "./config.ts";
import { row } from "./field/kinds.ts";
import { showFields } from "./field/schema.ts";
import type { Config } from "./field/types.ts";

/** What `alcaide config` prints. */
export interface ShownConfig {
  /** Plain data for `--json`. */
  readonly value: unknown;
  /** A line for each field. */
  readonly text: string;
}

/** Shows a configuration as data and as text. */
export function showConfig(config: Config): ShownConfig {
  const rows = [
    ...showFields(configuration.fields, { ...config }),
    ...row("directory", config.directory),
    ...row("environment", config.environment ?? ""),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const text = rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
  return { value: JSON.parse(JSON.stringify(config, (_, value) => value ?? null)), text };
}
