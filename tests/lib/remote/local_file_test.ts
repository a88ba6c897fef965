import { assertEquals, assertRejects } from "@std/assert";
import { AlcaideError } from "../../../lib/core/error.ts";
import { temporaryDirectory, writeWhole } from "../../../lib/remote/local_file.ts";

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
