// @ts-types="../../../types/std_assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { ReaderGoneError } from "../../../lib/error.ts";
import { sinkOf } from "../../../lib/ui/sink.ts";

Deno.test("sinkOf() goes on until all bytes are written", () => {
  const written: number[] = [];
  const sink = sinkOf({ writeSync: (bytes) => (written.push(bytes[0] ?? 0), 1) });
  sink(new Uint8Array([1, 2, 3]));
  assertEquals(written, [1, 2, 3]);
});

Deno.test("sinkOf() doesn't mind a reader that went away", () => {
  let tries = 0;
  const sink = sinkOf({
    writeSync: () => {
      tries++;
      throw new Deno.errors.BrokenPipe();
    },
  });
  sink(new Uint8Array(1));
  assertEquals(tries, 1);
});

Deno.test("sinkOf() tells who wants to know that a reader went away", () => {
  const sink = sinkOf({
    writeSync: () => {
      throw new Deno.errors.BrokenPipe();
    },
  }, () => {
    throw new ReaderGoneError();
  });
  assertThrows(() => sink(new Uint8Array(1)), ReaderGoneError);
});

Deno.test("sinkOf() lets other errors through", () => {
  const sink = sinkOf({
    writeSync: () => {
      throw new RangeError("full");
    },
  });
  assertThrows(() => sink(new Uint8Array(1)), RangeError, "full");
});
