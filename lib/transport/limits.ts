// Waiting no longer than a signal and a time allow.

/** Milliseconds: a timer for more of them ends at once. */
export const longestTimer = 2 ** 31 - 1;

/**
 * Does work that ends early when the caller's signal says so or its time is over. The work gets one signal for both and
 * must let go of everything and settle when it comes; whatever the work throws after that, the signal's reason is thrown.
 */
export async function within<T>(
  options: { readonly signal?: AbortSignal | undefined; readonly timeout?: number | undefined },
  late: (timeout: number) => Error,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal, timeout } = options;
  signal?.throwIfAborted();
  const controller = new AbortController();
  const stop = () => controller.abort(signal?.reason);
  signal?.addEventListener("abort", stop);
  const timer = timeout === undefined
    ? undefined
    : setTimeout(() => controller.abort(late(timeout)), Math.min(timeout, longestTimer));
  try {
    const result = await work(controller.signal);
    controller.signal.throwIfAborted();
    return result;
  } catch (error) {
    controller.signal.throwIfAborted();
    // Set in the same turn as the failure, its event not yet seen: the person's wish explains more than its effect.
    signal?.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

/** Rejects with the signal's reason when it comes. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** Waits some milliseconds, or until the signal comes, which throws its reason. The signal may live long: nothing stays at it. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = (left: number) => {
    const next = Math.min(left, longestTimer);
    timer = setTimeout(() => left > next ? wait(left - next) : resolve(), next);
  };
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop);
  wait(milliseconds);
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}
