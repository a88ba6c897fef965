import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { download } from "../../../lib/remote/download.ts";
import { AlcaideError, CommandError } from "../../../lib/core/error.ts";
import { local } from "../../../lib/remote/local.ts";
import { cannotWrite, counted, taker } from "../../../lib/remote/local_file.ts";
import { raw, sh } from "../../../lib/core/sh.ts";
import { inFolder } from "../../folder.ts";

const here = local();
/** All bytes there are, some of which are no text. */
const octal = (byte: number) => `\\${byte.toString(8).padStart(3, "0")}`;
const allBytes = raw(`printf '${Array.from({ length: 256 }, (_, byte) => octal(byte)).join("")}'`);

function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test("download() writes every byte to a file that only its owner reads", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/dump`;
    assertEquals(await download(here, allBytes, path), 256);
    assertEquals([...await Deno.readFile(path)], Array.from({ length: 256 }, (_, byte) => byte));
    assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
    assertEquals(names(folder), ["dump"]);
  });
});

Deno.test("download() gives the pieces to a function and counts them", async () => {
  const taken: number[] = [];
  const counts: number[] = [];
  const size = await download(here, sh`printf abc; echo err >&2`, (chunk) => taken.push(...chunk), {
    onProgress: (done) => counts.push(done),
  });
  assertEquals([new TextDecoder().decode(new Uint8Array(taken)), size, counts.at(-1)], ["abc", 3, 3]);
});

Deno.test("download() hands over the first line on standard error, and keeps what was not meant for that", async () => {
  for (const mine of [true, false]) {
    const lines: string[] = [];
    const onFirstLine = (line: string) => (lines.push(line), mine);
    const command = raw("printf 'a b' >&2; sleep 0.01; printf '\\nc\\nd\\n' >&2; exit 1");
    const error = await assertRejects(() => download(here, command, () => {}, { onFirstLine }), CommandError);
    assertEquals([lines, error.details], [["a b"], mine ? ["c", "d"] : ["a b", "c", "d"]]);
  }
});

for (const end of ["exit 3", "kill -9 $$"]) {
  Deno.test(`download() leaves no file when the command ends with ${end}, and says its words`, async () => {
    await inFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/dump`, "old");
      const command = raw(`printf half; echo 'disk on fire' >&2; ${end}`);
      const error = await assertRejects(
        () => download(here, command, `${folder}/dump`, { hint: "Run" }),
        CommandError,
      );
      assertEquals([error.details, error.hint], [["disk on fire"], "Run"]);
      assertEquals(names(folder), ["dump"]);
      assertEquals(await Deno.readTextFile(`${folder}/dump`), "old");
    });
  });
}

Deno.test("download() says why its file can't be written", async () => {
  await inFolder(async (folder) => {
    const error = await assertRejects(() => download(here, sh`echo x`, `${folder}/none/x`), AlcaideError);
    assertEquals(error.message, `Cannot write to "${folder}/none/x": there is no such directory`);
  });
});

Deno.test("taker() says why what it got can't be written", () => {
  using full = Deno.openSync("/dev/full", { write: true });
  const take = taker(full, (cause) => cannotWrite("standard output", cause));
  const error = assertThrows(() => take(new Uint8Array(9)), AlcaideError);
  assertEquals([error.message, error.hint], [
    "Cannot write to standard output: No space left on device",
    "Check its permissions and the free space",
  ]);
});

Deno.test("download() treats an end without a status as a failure", async () => {
  const silent = { name: "web", exec: () => Promise.resolve({ code: null, stdout: "", stderr: "" }) };
  await assertRejects(() => download(silent, sh`x`, () => {}), CommandError, "ended without a status");
});

Deno.test("download() ends with what the taker throws, and so does the command", async () => {
  const command = raw("trap '' PIPE; while :; do echo more || exit; done");
  const full = () => {
    throw new AlcaideError("The disk is full");
  };
  await assertRejects(() => download(here, command, full), AlcaideError, "The disk is full");
});

Deno.test("download() stops and leaves no file when it is aborted", async () => {
  await inFolder(async (folder) => {
    const controller = new AbortController();
    const aborted = download(here, raw("printf half; sleep 60"), `${folder}/dump`, {
      signal: controller.signal,
      onProgress: () => controller.abort(new AlcaideError("Enough")),
    });
    await assertRejects(() => aborted, AlcaideError, "Enough");
    assertEquals(names(folder), []);
  });
});

Deno.test("counted() says how much was taken", async () => {
  const counts: number[] = [];
  const stream = counted(
    ReadableStream.from([new Uint8Array(3), new Uint8Array(4)]),
    (done) => counts.push(done),
  );
  await Array.fromAsync(stream);
  assertEquals(counts, [3, 7]);
});
