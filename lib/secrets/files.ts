// The files of each environment, and the directory of an Alcaidefile that is being read.

import { AsyncLocalStorage } from "node:async_hooks";
import { resolve } from "node:path";
import { UsageError } from "../core/error.ts";
import type { SecretsOptions } from "./reference.ts";

/** Where secrets belong to. */
export interface SecretsPlace {
  /** Directory of the Alcaidefile. */
  readonly directory: string;
  /** What `-e` chose. */
  readonly environment: string | undefined;
}

/** Where an encrypted file and its key are. */
export interface SecretsPaths {
  readonly file: string;
  /** The same for messages. */
  readonly name: string;
  readonly key: string;
  /** The same for messages. */
  readonly keyName: string;
  /** The environment that the file must be made for; undefined for a file of your choice. */
  readonly environment: { readonly name: string | undefined } | undefined;
}

/**
 * Finds the files of an environment.
 *
 * @throws {UsageError} for an environment whose name can't be a file's
 */
export function secretsPaths(
  { directory, environment }: SecretsPlace,
  options: Pick<SecretsOptions, "file" | "key"> = {},
): SecretsPaths {
  checkEnvironment(environment);
  const part = environment === undefined ? "" : `.${environment}`;
  const name = options.file ?? `alcaide${part}.secrets`;
  const keyName = options.key ?? `.alcaide/${environment ?? "master"}.key`;
  return {
    file: resolve(directory, name),
    name,
    key: resolve(directory, keyName),
    keyName,
    environment: options.file === undefined ? { name: environment } : undefined,
  };
}

function checkEnvironment(name: string | undefined): void {
  if (name === undefined || (/^[A-Za-z0-9][\w.-]*$/.test(name) && name !== "master")) return;
  const why = name === "master"
    ? "its key would be the one used without an environment"
    : "its name can't be part of a file's";
  throw new UsageError(`Cannot keep secrets of the environment "${name}": ${why}`, {
    hint: "Use letters, digits, dots, hyphens and underscores, and another name than master",
  });
}

const currentSymbol = Symbol.for("alcaide.secrets.place");
const runsSymbol = Symbol.for("alcaide.secrets.runs");

// Not variables of this module: the Alcaidefile may have another copy of the library than the program.
const known = globalThis as {
  [currentSymbol]?: SecretsPlace;
  [runsSymbol]?: AsyncLocalStorage<SecretsPlace>;
};

/** Tells where the Alcaidefile stands that is about to be read: `secrets()` in it starts from there. */
export function enterPlace(place: SecretsPlace): void {
  known[currentSymbol] = place;
}

/** Runs something to which `secrets()` starts from a place, whatever else runs at the same time. */
export function inPlace<T>(place: SecretsPlace, run: () => T): T {
  return (known[runsSymbol] ??= new AsyncLocalStorage()).run(place, run);
}

/** Where the Alcaidefile stands that is being read; undefined outside of the program. */
export function currentPlace(): SecretsPlace | undefined {
  return known[runsSymbol]?.getStore() ?? known[currentSymbol];
}
