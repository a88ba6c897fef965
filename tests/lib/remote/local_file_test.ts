import { assertEquals, assertRejects } from "@std/assert";
import { AlcaideError } from "../../../lib/core/error.ts";
import { scratch, temporaryDirectory, writeWhole } from "../../../lib/remote/local_file.ts";

Deno.test("temporaryDirectory() says what to do where there is no place", async () => {
  const error = await assertRejects(() => temporaryDirectory({ dir: "/no/such/directory" }), AlcaideError);
  assertEquals([error.message, error.hint], [
    "Cannot make a temporary directory",
    "Set TMPDIR to a directory that exists and is writable",
  ]);
});

Deno.test("writeWhole() says why it failed also where its beginning is gone with the directory", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/dump`;
  const write = () => Deno.remove(directory, { recursive: true });
  const error = await assertRejects(() => writeWhole(path, 0o600, write), AlcaideError);
  assertEquals(error.message, `Cannot write to "${path}": there is no such directory`);
});

Deno.test("scratch() makes a directory that goes, and may have gone before", async () => {
  const [one, other] = [await scratch(), await scratch()];
  await Deno.writeTextFile(`${one.path}/file`, "");
  await Deno.remove(other.path);
  await one[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
  await assertRejects(() => Deno.stat(one.path), Deno.errors.NotFound);
});
