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
  /** Gives a place back. */
  free(): void;
  /** Gives a place back that the server refused: there are fewer than thought. False when there was only this one. */
  refused(): boolean;
}

/** Makes a number of places; who comes first gets one first. */
export function slots(count: number): Slots {
  let limit = count;
  let used = 0;
  const waiting: (() => void)[] = [];
  const wake = () => {
    while (used < limit && waiting.length > 0) {
      used++;
      waiting.shift()?.();
    }
  };
  return {
    async take(signal) {
      if (used < limit) {
        used++;
        return;
      }
      const place = Promise.withResolvers<void>();
      waiting.push(place.resolve);
      try {
        await Promise.race([place.promise, aborted(signal)]);
      } catch (reason) {
        const at = waiting.indexOf(place.resolve);
        if (at >= 0) waiting.splice(at, 1);
        else this.free();
        throw reason;
      }
    },
    free() {
      used--;
      wake();
    },
    refused() {
      used--;
      limit = Math.max(used, 1);
      const others = used > 0;
      wake();
      return others;
    },
  };
}
