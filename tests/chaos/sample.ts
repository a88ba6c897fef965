/** Choosing cases: all, or an even sample. */

const golden = 0.6180339887498949;

/**
 * The numbers of all calls, in an order in which any beginning is spread evenly.
 *
 * @param count how many calls there are
 * @param shift from 0 to 1: where the first one lies
 */
export function spread(count: number, shift: number): number[] {
  const calls = new Set<number>();
  for (let turn = 0; calls.size < count; turn++) {
    calls.add(1 + Math.floor((shift + turn * golden) % 1 * count));
  }
  return [...calls];
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

/** The same in an order that follows from a seed. */
export function shuffled<T>(all: readonly T[], random: () => number): T[] {
  return all.map((one) => ({ one, rank: random() })).sort((a, b) => a.rank - b.rank).map(({ one }) => one);
}

/** Takes one of each list, then the second of each, and so on; each round in an order of its own. */
export function inTurns<T>(lists: readonly (readonly T[])[], random: () => number): T[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from(
    { length: longest },
    (_, round) => shuffled(lists.flatMap((list) => list.slice(round, round + 1)), random),
  ).flat();
}
