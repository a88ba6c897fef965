// Signs of life for scripts on a server that must not outlive us.

/** A line every now and then, for a script that ends when none comes. */
export interface Heartbeat {
  /** The script's standard input. */
  readonly stream: ReadableStream<Uint8Array>;
  /** Sends last lines, `end` after those that are given, and closes. */
  end(...last: string[]): void;
}

/** Makes a stream that sends `alive` every so many milliseconds, and `end` at the end. */
export function heartbeat(interval: number): Heartbeat {
  const encoder = new TextEncoder();
  let timer: ReturnType<typeof setInterval> | undefined;
  let end = (..._: string[]) => {};
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
  };
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      timer = setInterval(() => controller.enqueue(encoder.encode("alive\n")), interval);
      end = (...last) => {
        if (timer === undefined) return;
        stop();
        controller.enqueue(encoder.encode([...last, "end\n"].join("\n")));
        controller.close();
      };
    },
    cancel: stop,
  });
  return { stream, end: (...last) => end(...last) };
}
