// Blue and green: the two places of an app's release.

/** One of the two places of an app on a server. */
export type Slot = "blue" | "green";

/** Both, blue first. */
export const slots: readonly Slot[] = ["blue", "green"];

/** The place that isn't this one; blue when there is none yet. */
export function otherSlot(slot: Slot | undefined): Slot {
  return slot === "blue" ? "green" : "blue";
}
