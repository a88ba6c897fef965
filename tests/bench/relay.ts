/**
 * A relay that makes a nearby server a distant one: what goes through it comes out later, in both directions, as fast as
 * before or at a rate. It works in a thread of its own, so that a busy client doesn't delay it further.
 */

/** A running relay. */
export interface Relay extends AsyncDisposable {
  /** Its port on 127.0.0.1. */
  readonly port: number;
  /** Bytes that went to the server until now. */
  carried(): Promise<number>;
}

/** Where a relay leads and how far away that is to be. */
export interface RelayOptions {
  readonly hostname: string;
  readonly port: number;
  /** Milliseconds to the server and back. */
  readonly roundTrip: number;
  /** Bytes a second in each direction. Default: as many as come. */
  readonly rate?: number;
}

/** Starts a relay to a server. */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  const worker = new Worker(new URL("./relay_worker.ts", import.meta.url), { type: "module" });
  const port = await new Promise<number>((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(`Cannot start a relay: ${event.message}`));
    worker.postMessage(options);
  });
  return {
    port,
    carried: () =>
      new Promise((resolve) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.postMessage("carried");
      }),
    [Symbol.asyncDispose]: () => Promise.resolve(worker.terminate()),
  };
}
