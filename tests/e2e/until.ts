/** Waiting for what is to come, without guessing how long it takes. */

/** How much longer than on the test host something may take: another host may be slow, and far away. */
const slower = Deno.env.get("ALCAIDE_TEST_HOST") ? 10 : 1;

/** Milliseconds that something may take which takes at most so many on the test host. */
export function patience(milliseconds: number): number {
  return milliseconds * slower;
}

/** Asks again and again until something holds; an error says what did not come. */
export async function until(
  what: string,
  holds: () => Promise<boolean>,
  timeout = patience(60_000),
): Promise<void> {
  const deadline = Date.now() + timeout;
  while (!await holds()) {
    if (Date.now() > deadline) throw new Error(`Not within ${timeout / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
