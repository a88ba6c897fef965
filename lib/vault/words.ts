// The words of `alcaide secrets`: how many names each takes, and which options.

import { UsageError } from "../core/error.ts";
import type { SecretsStore } from "../secrets/store.ts";
import type { SecretsChoice } from "./options.ts";
import type { Context } from "../task/context.ts";

/** The action of a word, with the names behind it. */
export type Action = (
  ctx: Context,
  store: SecretsStore,
  names: readonly string[],
  choice: SecretsChoice,
) => Promise<void>;

export interface Word {
  /** Loads what it does. */
  load(): Promise<Action>;
  /** The number of names that may follow. */
  readonly least: number;
  readonly most: number;
  /** Options that mean something to it. */
  readonly options: readonly string[];
}

export function check({ options }: Context, action: string, word: Word, names: readonly string[]): void {
  const usage = { hint: 'Run "alcaide help secrets" for its arguments and options' };
  if (names.length < word.least) throw new UsageError(`Cannot ${action} a secret without its NAME`, usage);
  if (names.length > word.most) {
    // Not the word itself: somebody may have typed a value there.
    const most = word.most === 0 ? "no names" : "one name, and no value";
    const hint = action === "set" ? "It asks for the value, or reads it from standard input" : usage.hint;
    throw new UsageError(`Cannot use the words after "secrets ${action}": it takes ${most}`, { hint });
  }
  const known = ["names", "generate", "bytes", "exact"];
  const stray = known.find((name) =>
    options[name] !== undefined && options[name] !== false && !word.options.includes(name)
  );
  if (stray !== undefined) throw new UsageError(`Cannot use --${stray} with "secrets ${action}"`, usage);
}
