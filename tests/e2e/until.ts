/** Waiting for what is to come, without guessing how long it takes. */

/** Asks again and again until something holds; an error says what did not come. */
export async function until(what: string, holds: () => Promise<boolean>, timeout = 60_000): Promise<void> {
  const deadline = Date.now() + timeout;
  while (!await holds()) {
    if (Date.now() > deadline) throw new Error(`Not within ${timeout / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
