// A server lets only so many commands run at once on one connection (sshd's MaxSessions, 10 unless set).

import { aborted } from "../limits.ts";

/** Places for commands that run at once; who comes first gets one first. */
export class Sessions {
  #limit: number;
  #used = 0;
  readonly #count: number;
  readonly #patience: number;
  readonly #waiting = new Set<() => void>();

  /**
   * @param count how many places there are at most
   * @param patience milliseconds after which a place is tried that the server refused before: it may have one again
   */
  constructor(count: number, patience = 1000) {
    this.#limit = this.#count = count;
    this.#patience = patience;
  }

  /** True when all places are taken. */
  get full(): boolean {
    return this.#used >= this.#limit;
  }

  /** Takes a place if one is free and nobody waits for it. */
  tryTake(): boolean {
    if (this.full || this.#waiting.size > 0) return false;
    this.#used++;
    return true;
  }

  /** Waits for a place and takes it. */
  async take(signal: AbortSignal): Promise<void> {
    if (this.tryTake()) return;
    const place = Promise.withResolvers<void>();
    this.#waiting.add(place.resolve);
    const probe = setInterval(() => {
      if (this.#used < this.#count) this.#limit = Math.max(this.#limit, this.#used + 1);
      this.#wake();
    }, this.#patience);
    try {
      await Promise.race([place.promise, aborted(signal)]);
    } catch (reason) {
      if (!this.#waiting.delete(place.resolve)) this.free();
      throw reason;
    } finally {
      clearInterval(probe);
    }
  }

  /** Gives a place back. Says how many others are taken. */
  free(): number {
    this.#used--;
    this.#wake();
    return this.#used;
  }

  /** Gives a place back that the server refused: there are fewer than thought. Says how many others are taken. */
  refused(): number {
    this.#used--;
    this.#limit = Math.max(this.#used, 1);
    return this.#used;
  }

  #wake(): void {
    for (const go of this.#waiting) {
      if (this.full) return;
      this.#waiting.delete(go);
      this.#used++;
      go();
    }
  }
}
