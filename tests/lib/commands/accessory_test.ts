// @ts-types="../../../types/std_assert.d.ts"
import { assertEquals, assertMatch } from "@std/assert";
import { waitForAccessory } from "../../../lib/commands/accessory.ts";
import { accessoryHealth } from "../../../lib/commands/paths.ts";
import { playground } from "../../playground.ts";

Deno.test("waitForAccessory() gives up on a health command that never ends", async () => {
  await using place = await playground();
  await place.write(accessoryHealth("shop_db"), "echo asked; exec sleep 20");
  await place.program(
    "timeout",
    `while [ "\${1#-}" != "$1" ]; do shift 2; done; shift
"$@" & child=$!; sleep 0.1; kill "$child"; exit 124`,
  );
  const { code, stderr } = await place.run(waitForAccessory("shop_db", 1000));
  assertEquals(code, 1);
  assertMatch(stderr, /^asked\nshop_db is not well after 1 s$/m);
});
