/**
 * A test on a host of its own, or on the one given by address, which it leaves as it found it. Parts that can't be tried on a host
 * are skipped by name, with its reason.
 */

import type { HostOptions } from "../host/mod.ts";
import { clearLeftovers, inventory, leftBehind } from "./clean.ts";
import { onlyOnTestHost, openPlace, type Place, placeUnavailable } from "./place.ts";

/** The wishes of a scenario. */
export interface ScenarioOptions extends HostOptions {
  /** Why it can't be tried here, when not for want of a host. */
  readonly skip?: string | undefined;
}

/** The wishes of a part. */
export interface PartOptions {
  /** Why it can't be tried here. */
  readonly skip?: string | undefined;
}

/** Runs a part of a scenario. */
export type Part = (title: string, run: () => Promise<void>, options?: PartOptions) => Promise<void>;

/** Registers a test that gets a host; its parts are steps. */
export function scenario(
  name: string,
  run: (place: Place, part: Part) => Promise<void>,
  options: ScenarioOptions = {},
): void {
  const { skip, ...hostOptions } = options;
  const made = Object.keys(hostOptions).filter((key) => key !== "caddy");
  const reason = skip ?? placeUnavailable() ??
    (made.length > 0 ? onlyOnTestHost(`be made with ${made.join(", ")}`) : undefined);
  Deno.test({
    name: titled(name, reason),
    ignore: reason !== undefined,
    fn: async (context) => {
      await using place = await openPlace(hostOptions);
      const part = partsOf(context);
      if (place.test) await run(place, part);
      else await runAsGuest(place, () => run(place, part));
    },
  });
}

/** Parts as steps of a test: what follows a failed one would only repeat its failure, so that one ends the test. */
export function partsOf(context: Deno.TestContext): Part {
  return async (title, fn, { skip } = {}) => {
    const ignore = skip !== undefined;
    const passed = await context.step({ name: titled(title, skip), ignore, fn });
    if (!passed && !ignore) throw new Error(`"${title}" failed`);
  };
}

function titled(name: string, reason: string | undefined): string {
  return reason === undefined ? name : `${name} (skipped: ${reason})`;
}

/** On a host that others use after us nothing may stay, also when the scenario fails. */
async function runAsGuest(place: Place, run: () => Promise<void>): Promise<void> {
  await clearLeftovers(place);
  const before = await inventory(place);
  try {
    await run();
  } catch (error) {
    await clearLeftovers(place);
    throw error;
  }
  const left = leftBehind(before, await inventory(place));
  await clearLeftovers(place);
  if (left.length > 0) throw new Error(`It did not leave the host as it found it:\n${left.join("\n")}`);
}
