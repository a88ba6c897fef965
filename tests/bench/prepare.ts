/** Pauses of a measurement. */

/** Waits, in milliseconds; a time that is over is no wait. */
export async function pause(milliseconds: number): Promise<void> {
  if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
