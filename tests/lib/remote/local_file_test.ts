import { assertEquals, assertRejects } from "@std/assert";
import { AlcaideError } from "../../../lib/core/error.ts";
import { temporaryDirectory } from "../../../lib/remote/local_file.ts";

Deno.test("temporaryDirectory() says what to do where there is no place", async () => {
  const error = await assertRejects(() => temporaryDirectory({ dir: "/no/such/directory" }), AlcaideError);
  assertEquals([error.message, error.hint], [
    "Cannot make a temporary directory",
    "Set TMPDIR to a directory that exists and is writable",
  ]);
});
