// A configuration that lacks what only some tasks need: whoever asks for a missing field is told what to write.

import { ConfigError, type ErrorInfo, type Problem } from "../../core/error.ts";
import type { Config } from "./types.ts";

const missingKey = Symbol.for("alcaide.missing");

type Lacking = Config & { readonly [missingKey]?: ConfigError };

/** A missing field, and the fields that can't be known without it. */
export interface Gap {
  readonly problem: Problem;
  /** The fields that refuse to be read. */
  readonly fields: readonly (keyof Config)[];
}

/** The configuration with gaps: reading one of their fields throws, all others can be read. */
export function withGaps(config: Config, gaps: readonly Gap[], info: ErrorInfo): Config {
  if (gaps.length === 0) return config;
  const fields: PropertyDescriptorMap = Object.getOwnPropertyDescriptors(config);
  for (const name of new Set(gaps.flatMap((gap) => gap.fields))) {
    const error = errorOf(gaps.filter((gap) => gap.fields.includes(name)), info);
    fields[name] = { enumerable: true, get: () => refuse(error) };
  }
  fields[missingKey as unknown as string] = { value: errorOf(gaps, info) };
  return Object.freeze(Object.create(Object.prototype, fields));
}

/**
 * Gives the configuration back.
 *
 * @throws {ConfigError} with everything that is missing in it
 */
export function wholeConfig(config: Config): Config {
  const { [missingKey]: error } = config as Lacking;
  return error === undefined ? config : refuse(error);
}

/** The names of the fields that can be read. */
export function readableFields(config: Config): (keyof Config)[] {
  const fields = Object.entries(Object.getOwnPropertyDescriptors(config));
  return fields.filter(([, { get }]) => get === undefined).map(([name]) => name as keyof Config);
}

/** The configuration with some fields changed; what is missing stays missing. */
export function changed(config: Config, changes: Partial<Config>): Config {
  const fields = {
    ...Object.getOwnPropertyDescriptors(config),
    ...Object.getOwnPropertyDescriptors(changes),
  };
  return Object.freeze(Object.create(Object.prototype, fields));
}

/** Each time a new error: its stack tells who asked. */
function refuse({ problems, details, file }: ConfigError): never {
  throw new ConfigError(problems, { details, file });
}

function errorOf(gaps: readonly Gap[], info: ErrorInfo): ConfigError {
  return new ConfigError([...new Set(gaps.map(({ problem }) => problem))], info);
}
