/** A test on a host of its own, skipped with its reason where no host can be had. */

import type { HostOptions } from "../host/mod.ts";
import { openPlace, type Place, placeUnavailable } from "./place.ts";

/** What a scenario may ask for. */
export interface ScenarioOptions extends HostOptions {
  /** Why it can't be tried here, when not for want of a host. */
  readonly skip?: string | undefined;
}

/** Registers a test that gets a host; its parts are steps. */
export function scenario(
  name: string,
  run: (place: Place, part: (title: string, run: () => Promise<void>) => Promise<void>) => Promise<void>,
  options: ScenarioOptions = {},
): void {
  const { skip, ...hostOptions } = options;
  const reason = skip ?? placeUnavailable();
  Deno.test({
    name: reason === undefined ? name : `${name} (skipped: ${reason})`,
    ignore: reason !== undefined,
    fn: async (context) => {
      await using place = await openPlace(hostOptions);
      await run(place, async (title, step) => {
        // A part stands on those before it: what follows a failed one would only repeat its failure.
        if (!(await context.step(title, step))) throw new Error(`"${title}" failed`);
      });
    },
  });
}
