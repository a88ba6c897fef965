import { assertEquals } from "@std/assert";
import { importKey } from "../../../lib/secrets/cipher.ts";
import { oneBytes } from "./directory.ts";

Deno.test("importKey() gives each key a name of its own", async () => {
  assertEquals((await importKey(oneBytes)).id.length, 16);
});
