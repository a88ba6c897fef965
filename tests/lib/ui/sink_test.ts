import { assertEquals, assertThrows } from "@std/assert";
import { ReaderGoneError } from "../../../lib/core/error.ts";
import { fromFileUrl } from "@std/path";
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
  }, {
    gone: () => {
      throw new ReaderGoneError();
    },
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

const program = fromFileUrl(new URL("../../../cli.ts", import.meta.url));
const full = { ignore: Deno.build.os !== "linux" };
const noRoom = `Error: Cannot write to standard output: No space left on device
  because: No space left on device (os error 28)
  Hint: The work is done: only its output is lost
`;

for (const option of ["", "--json"]) {
  Deno.test({
    name: `a disk that is full is told at the end, on standard error ${option}`,
    ...full,
    fn: async () => {
      const line = `"$0" run -A --quiet "$1" ${option} version >/dev/full`;
      const { code, stderr } = await new Deno.Command("sh", {
        args: ["-c", line, Deno.execPath(), program],
        env: { NO_COLOR: "1" },
      }).output();
      assertEquals([code, new TextDecoder().decode(stderr)], [74, noRoom]);
    },
  });
}
