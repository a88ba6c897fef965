import { assertEquals, assertRejects } from "@std/assert";
import { AlcaideError } from "../../../lib/core/error.ts";
import { directory } from "./directory.ts";

Deno.test("a file or key that can't be read is named", async () => {
  await using dir = await directory();
  await Deno.mkdir(`${dir.path}/alcaide.secrets`);
  const file = await assertRejects(() => dir.store().exists(), AlcaideError);
  await Deno.remove(`${dir.path}/alcaide.secrets`);
  await dir.encrypt({ A: "x" });
  await Deno.mkdir(`${dir.path}/.alcaide/master.key`, { recursive: true, mode: 0o700 });
  const key = await assertRejects(() => dir.store().load(), AlcaideError);
  assertEquals([file, key].map(({ message, hint, exitCode }) => [message, hint, exitCode]), [
    ["Cannot read alcaide.secrets", "It is a directory: move it away", 1],
    ["Cannot read .alcaide/master.key", "It is a directory: move it away", 1],
  ]);
});
