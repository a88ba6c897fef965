import { assert, assertEquals } from "@std/assert";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { sendAll } from "../../../lib/transport/stdin.ts";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

Deno.test("a piece that was taken is not held until the end of a file", async () => {
  const pieces: WeakRef<Uint8Array>[] = [];
  let held = NaN;
  async function* file() {
    for (let index = 0; index < 10; index++) {
      const piece = new Uint8Array(8);
      pieces.push(new WeakRef(piece));
      yield piece;
    }
    // A weak reference holds its value for the rest of the turn.
    await new Promise((resolve) => setTimeout(resolve));
    collectGarbage();
    held = pieces.filter((piece) => piece.deref()).length;
  }
  await sendAll(ReadableStream.from(file()), () => {}, new AbortController().signal);
  assertEquals(pieces.length, 10);
  assert(held <= 2, `${held} of 10 pieces are held`);
});

Deno.test("a read that gets nothing ends when nobody reads any more", async () => {
  const over = new AbortController();
  let cancelled: unknown;
  const silent = new ReadableStream<Uint8Array>({
    pull: () => new Promise(() => {}),
    cancel: (reason) => void (cancelled = reason),
  });
  const sent = sendAll(silent, () => {}, over.signal);
  over.abort("the command is over");
  await sent;
  assertEquals(cancelled, "the command is over");
});

Deno.test("nothing is sent where nobody reads any more", async () => {
  const pieces: Uint8Array[] = [];
  const body = ReadableStream.from([new Uint8Array(1)]);
  await sendAll(body, (piece) => void pieces.push(piece), AbortSignal.abort());
  assertEquals(pieces, []);
});
