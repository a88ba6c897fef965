/** Choosing cases: all, or an even sample. */

/**
 * Calls to break, spread evenly over all of them, in an order in which any beginning is spread evenly, too.
 *
 * @param all how many calls there are
 * @param count how many to choose
 * @param shift from 0 to 1: where in its piece each one lies
 */
export function chosen(all: number, count: number, shift: number): number[] {
  const some = Math.min(all, count);
  const calls = Array.from({ length: some }, (_, index) => 1 + Math.floor((index + shift) * all / some));
  return calls.map((call, index) => ({ call, rank: (index * 0.6180339887) % 1 }))
    .sort((a, b) => a.rank - b.rank).map(({ call }) => call);
}

/** Numbers from 0 to 1 that follow from a seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ state >>> 15, state | 1);
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  };
}
