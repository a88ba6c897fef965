/** Times of things done side by side, and what is made of them. */

/** Milliseconds of every time that something was done. */
export type Times = readonly number[];

/** The value in the middle; of an even number of values the mean of both. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? NaN;
  return Number.isInteger(middle) ? (upper + (sorted[middle - 1] ?? NaN)) / 2 : upper;
}

/** How long something takes, in milliseconds. */
export async function time(run: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await run();
  return performance.now() - began;
}

/** Waits, in milliseconds; a time that is over is no wait. */
export async function pause(milliseconds: number): Promise<void> {
  if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/**
 * Does several things in turns, A B A B, so that whatever else the machine does meets them all alike. Each is done once
 * before, without being counted.
 */
export async function inTurns<Name extends string>(
  rounds: number,
  things: Readonly<Record<Name, () => Promise<unknown>>>,
): Promise<Record<Name, Times>> {
  const names = Object.keys(things) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (const name of names) await things[name]();
  for (let round = 0; round < rounds; round++) {
    for (const name of names) times[name].push(await time(things[name]));
  }
  return times;
}

/** How much is added for each unit of x: the slope of the straight line through the points that fits best. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const x = mean(points.map((point) => point[0]));
  const y = mean(points.map((point) => point[1]));
  const over = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return over / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}

/** A number with so many digits behind the point. */
export function round(value: number, digits = 0): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
