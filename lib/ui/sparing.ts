// Events of transfers, which come faster than anybody reads.

import type { Event } from "./mod.ts";

/** At least so many milliseconds lie between two events of a transfer. */
const between = 100;

/**
 * Hands on the first event of each transfer, then ten a second at most, and the last one before anything else happens.
 *
 * @param now milliseconds since some moment
 */
export function sparing(
  emit: (event: Event) => void,
  now: () => number = () => performance.now(),
): (event: Event) => void {
  const told = new Map<string, number>();
  const held = new Map<string, Event>();
  return (event) => {
    if (event.type === "progress") {
      const at = now();
      held.set(event.label, event);
      if (at - (told.get(event.label) ?? -Infinity) < between) return;
      told.set(event.label, at);
      held.delete(event.label);
    } else {
      for (const last of held.values()) emit(last);
      held.clear();
    }
    emit(event);
  };
}
