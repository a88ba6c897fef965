// @ts-types="../../../types/std_assert.d.ts"
import { assertEquals, assertMatch } from "@std/assert";
import { redis } from "../../../lib/accessories/redis.ts";
import { configureAccessory, logOf, waitForAccessory } from "../../../lib/commands/accessory.ts";
import { accessoryHealth } from "../../../lib/commands/paths.ts";
import { accessorySpecOf } from "../../fake/accessories.ts";
import { playground } from "../../playground.ts";

Deno.test("configureAccessory() shows the end of the log when the service doesn't start", async () => {
  await using place = await playground();
  const spec = accessorySpecOf("cache", redis({ password: "x" }));
  await place.write(accessoryHealth("shop_cache"), "");
  await place.program("mktemp", `exec /usr/bin/mktemp -p ${place.root}`);
  await place.write(`${logOf("shop_cache")}/old.log.0.bz2`, "no text\n");
  await place.write(`${logOf("shop_cache")}/start.log`, "FATAL: it can't\n");
  await place.write(
    "/usr/local/sbin/jexec",
    `#!/bin/sh\ncase $* in *onestatus) exit 3 ;; *start) echo said; exit 1 ;; esac\ncat >/dev/null\n`,
    0o755,
  );
  const command = configureAccessory(spec, { timeout: 1000 });
  const { code, stderr } = await place.run({
    ...command,
    text: command.text.replaceAll("/usr/sbin/jexec", "/usr/local/sbin/jexec"),
  });
  assertEquals([code, stderr], [1, "said\nFATAL: it can't\n"]);
});

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
