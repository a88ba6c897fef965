// Waits for the user's code to be read, and gives up where it waits for something that never comes. Deno would end the program
// with words of its own as soon as nothing is left to do.

import { ConfigError } from "../core/error.ts";

/** The limits of a wait. */
export interface Patience {
  /** Milliseconds after which it is said what is waited for. */
  readonly tell: number;
  /** Milliseconds after which it is given up. */
  readonly limit: number;
  /** Says it. */
  readonly say?: (text: string) => void;
}

/** A vault that asks somebody may take its time. */
export const usualPatience: Patience = { tell: 5_000, limit: 60_000 };

/** The reason to wait. */
export interface Awaited {
  /** The file, for messages. */
  readonly path: string;
  /** The part of it. */
  readonly what: string;
  /** True when nothing else keeps the program alive while it waits. */
  readonly keepAlive: boolean;
}

let current: Awaited | undefined;

/** The error for what the user's code waits for now, when nothing is left that could end that; undefined when none is read. */
export function neverSettled(): ConfigError | undefined {
  return current && giveUp(current, "nothing is left to do, and yet it waits");
}

/**
 * Runs the user's code. The time counts from the moment that `begun` is called: what has to be downloaded may take long.
 *
 * @throws {ConfigError} when it takes longer than the limit
 */
export async function patiently<T>(
  awaited: Awaited,
  run: (begun: () => void) => T | Promise<T>,
  { tell, limit, say }: Patience = usualPatience,
): Promise<T> {
  const over = Promise.withResolvers<never>();
  const timers: ReturnType<typeof setTimeout>[] = [];
  const after = (milliseconds: number, act: () => void) => {
    const timer = setTimeout(act, milliseconds);
    if (!awaited.keepAlive) Deno.unrefTimer(timer);
    timers.push(timer);
  };
  const begun = () => {
    if (timers.length > 0) return;
    after(tell, () => say?.(`Waiting for ${awaited.what} of ${awaited.path}`));
    after(limit, () => over.reject(giveUp(awaited, `it is still waiting after ${limit / 1000} s`)));
  };
  const before = current;
  current = awaited;
  try {
    return await Promise.race([run(begun), over.promise]);
  } finally {
    current = before;
    for (const timer of timers) clearTimeout(timer);
  }
}

function giveUp({ path, what }: Awaited, why: string): ConfigError {
  return new ConfigError([{
    path,
    problem: `${what} does not end: ${why}`,
    hint: "Look for an await of a promise that is never settled, here or in what it imports",
  }]);
}
