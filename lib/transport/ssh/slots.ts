/**
 * A server lets only so many commands run at once on one connection (sshd's MaxSessions, 10 unless set).
 *
 * @module
 */

import { aborted } from "../limits.ts";

/** Places for commands that run at once. */
export interface Slots {
  /** Waits for a place and takes it. */
  take(signal: AbortSignal): Promise<void>;
  /** Takes a place if one is free and nobody waits for it. */
  tryTake(): boolean;
  /** True when all places are taken. */
  readonly full: boolean;
  /** Gives a place back. Says how many others are taken. */
  free(): number;
  /** Gives a place back that the server refused: there are fewer than thought. Says how many others are taken. */
  refused(): number;
}

/**
 * Makes a number of places; who comes first gets one first.
 *
 * @param count how many there are at most
 * @param patience milliseconds after which a place is tried that the server refused before: it may have one again
 */
export function slots(count: number, patience = 1000): Slots {
  let limit = count;
  let used = 0;
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const go of waiting) {
      if (used >= limit) return;
      waiting.delete(go);
      used++;
      go();
    }
  };
  const free = () => {
    used--;
    wake();
    return used;
  };
  const tryTake = () => {
    if (used >= limit || waiting.size > 0) return false;
    used++;
    return true;
  };
  return {
    free,
    tryTake,
    get full() {
      return used >= limit;
    },
    async take(signal) {
      if (tryTake()) return;
      const place = Promise.withResolvers<void>();
      waiting.add(place.resolve);
      const probe = setInterval(() => {
        if (used < count) limit = Math.max(limit, used + 1);
        wake();
      }, patience);
      try {
        await Promise.race([place.promise, aborted(signal)]);
      } catch (reason) {
        if (!waiting.delete(place.resolve)) free();
        throw reason;
      } finally {
        clearInterval(probe);
      }
    },
    refused() {
      used--;
      limit = Math.max(used, 1);
      return used;
    },
  };
}
