/** Random sequences of commands, and a small model of what must be live and kept after each of them. */

import { ways } from "./ways.ts";

/** Kinds of steps. `pick` goes to any kept release, `rollback` to the one before. */
export const kinds = ["deploy", "bad", "rollback", "pick", "setup", "accessory", "reboot", "repair"] as const;
export type Kind = typeof kinds[number];

/** A step of a sequence. */
export interface Step {
  readonly kind: Kind;
  /** For `pick`: which of the kept releases, counted round and round from the newest. */
  readonly index?: number;
  /** The program call that is broken, and how. */
  readonly fault?: { readonly way: string; readonly call: number };
}

/** How often a kind comes, among others. */
const weights: Readonly<Record<Kind, number>> = {
  ...{ deploy: 5, bad: 1, rollback: 2, pick: 2 },
  ...{ setup: 1, accessory: 1, reboot: 1, repair: 1 },
};
/** Calls that the longest of the commands makes, nearly. */
const calls = 400;

/** Makes a sequence; every second command is broken. */
export function generate(count: number, random: () => number): Step[] {
  const bag = kinds.flatMap((kind) => Array.from({ length: weights[kind] }, () => kind));
  const names = Object.keys(ways);
  const from = <T>(all: readonly T[]) => all[Math.floor(random() * all.length)]!;
  return Array.from({ length: count }, (_, at) => {
    const kind = at === 0 ? "deploy" : from(bag);
    return {
      kind,
      ...kind === "pick" ? { index: Math.floor(random() * 4) } : {},
      ...kind === "reboot" || random() < 0.5
        ? {}
        : { fault: { way: from(names), call: 1 + Math.floor(random() * calls) } },
    };
  });
}

/** Steps as words, such as `deploy,pick:1@kill:120,reboot`. */
export function stepWords(steps: readonly Step[]): string {
  return steps.map(({ kind, index, fault }) =>
    `${kind}${index === undefined ? "" : `:${index}`}${fault ? `@${fault.way}:${fault.call}` : ""}`
  ).join(",");
}

/** Reads such words. */
export function readSteps(words: string): Step[] {
  return words.split(",").map((word) => {
    const [, kind = "", index, way, call] = /^(\w+)(?::(\d+))?(?:@(\w+):(\d+))?$/.exec(word) ?? [];
    if (!kinds.includes(kind as Kind) || (way !== undefined && !(way in ways))) {
      throw new TypeError(`"${word}" is not a step`);
    }
    return {
      kind: kind as Kind,
      ...index === undefined ? {} : { index: Number(index) },
      ...way === undefined ? {} : { fault: { way, call: Number(call) } },
    };
  });
}

/** A release that served well: newer ones have higher numbers. */
export interface Kept {
  readonly number: number;
  /** The page of the app. */
  readonly text: string;
}

/** The state that a server must be in. */
export interface Model {
  /** The live release, and those that rollbacks go to, one after the other. */
  readonly chain: readonly Kept[];
  /** Those that were rolled away from. */
  readonly others: readonly Kept[];
  readonly accessory: boolean;
}

/** Nothing is deployed. */
export const nothing: Model = { chain: [], others: [], accessory: false };

/** All that is kept, the newest first. */
export function keptOf({ chain, others }: Model): Kept[] {
  return [...chain, ...others].sort((a, b) => b.number - a.number);
}

/** After a deploy that keeps two: the new one, the one before, and the newest of those that came in between. */
export function deployed(model: Model, text: string, number: number): Model {
  const [live] = model.chain;
  const between = model.others.filter((one) => live !== undefined && one.number > live.number)
    .sort((a, b) => b.number - a.number).slice(0, 1);
  return { ...model, chain: [{ number, text }, ...live ? [live] : []], others: between };
}

/** After a rollback to a release that is kept. */
export function wentTo(model: Model, target: Kept): Model {
  const older = model.chain.filter(({ number }) => number < target.number);
  const chain = [target, ...older];
  return { ...model, chain, others: keptOf(model).filter((one) => !chain.includes(one)) };
}

/**
 * Removes steps from a sequence that fails, while it still fails: halves first, then smaller pieces, one at last.
 *
 * @param fails tries a sequence
 */
export async function shrunk(
  steps: readonly Step[],
  fails: (steps: readonly Step[]) => Promise<boolean>,
): Promise<readonly Step[]> {
  let best = steps;
  for (let size = Math.ceil(best.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.length;) {
      const fewer = best.toSpliced(at, size);
      if (fewer.length > 0 && await fails(fewer)) best = fewer;
      else at += size;
    }
  }
  return best;
}
