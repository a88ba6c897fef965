/** The relay's thread: takes its options as a message, and answers with the port that it listens on. */

/// <reference lib="deno.worker" />

import type { RelayOptions } from "./relay.ts";

/** A piece on its way, and when it arrives. */
interface Piece {
  readonly due: number;
  readonly bytes: Uint8Array;
}

const pieceSize = 64 * 1024;

/** Bytes that went to the server. */
let carried = 0;

self.onmessage = ({ data }: MessageEvent<RelayOptions | "carried">) => {
  if (data === "carried") return self.postMessage(carried);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  self.postMessage(listener.addr.port);
  serve(listener, data);
};

async function serve(listener: Deno.TcpListener, options: RelayOptions): Promise<void> {
  for await (const client of listener) connect(client, options).catch(() => client.close());
}

/**
 * TCP's own handshake goes to the relay and takes no time here, so its round trip is made up for: the server hears of
 * the client, and of what that has said at once, one and a half round trips after its first packet.
 */
async function connect(client: Deno.TcpConn, options: RelayOptions): Promise<void> {
  const { hostname, port, roundTrip, rate = Infinity } = options;
  const opened = performance.now() + 1.5 * roundTrip;
  client.setNoDelay(true);
  const line = { delay: roundTrip / 2, rate };
  const count = (bytes: number) => void (carried += bytes);
  const connecting = until(opened).then(() => Deno.connect({ hostname, port }));
  const there = carry(client, connecting, { ...line, count });
  const server = await connecting;
  server.setNoDelay(true);
  await Promise.all([there, carry(server, Promise.resolve(client), line)]);
  server.close();
  client.close();
}

/** A direction of a connection. */
interface Line {
  /** Milliseconds. */
  readonly delay: number;
  /** Bytes a second. */
  readonly rate: number;
  readonly count?: (bytes: number) => void;
}

/** Carries one direction: reading never waits for writing, so the delay limits no bandwidth. */
async function carry(
  from: Deno.TcpConn,
  opening: Promise<Deno.TcpConn>,
  { delay, rate, count: add }: Line,
): Promise<void> {
  const pieces: Piece[] = [];
  let ended = false;
  /** When all before is on its way. */
  let free = 0;
  let wake = () => {};
  const read = async () => {
    for (let buffer = new Uint8Array(pieceSize);; buffer = new Uint8Array(pieceSize)) {
      const count = await from.read(buffer).catch(() => null);
      free = Math.max(free, performance.now()) + (count ?? 0) * 1000 / rate;
      add?.(count ?? 0);
      const due = free + delay;
      if (count === null) ended = true;
      else pieces.push({ due, bytes: buffer.subarray(0, count) });
      wake();
      if (count === null) return await until(due);
    }
  };
  const write = async () => {
    const to = await opening;
    for (;;) {
      const piece = pieces.shift();
      if (piece === undefined) {
        if (ended) return;
        await new Promise<void>((resolve) => wake = resolve);
        continue;
      }
      await until(piece.due);
      await writeAll(to, piece.bytes);
    }
  };
  await Promise.all([read(), write().catch(() => {})]);
  await opening.then((to) => to.closeWrite()).catch(() => {});
}

async function writeAll(to: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
}

async function until(due: number): Promise<void> {
  const left = due - performance.now();
  if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
}
