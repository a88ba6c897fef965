import { assertEquals, assertMatch } from "@std/assert";
import { redis } from "../../../../lib/presets/redis.ts";
import { postgresql } from "../../../../lib/presets/postgresql.ts";
import {
  busyStatus,
  configureAccessory,
  waitForAccessory,
  writeHealth,
} from "../../../../lib/commands/accessory/accessory.ts";
import { accessoryHealth, accessoryLogDir } from "../../../../lib/commands/paths.ts";
import { raw } from "../../../../lib/core/sh.ts";
import { accessorySpecOf } from "../../../fake/accessories.ts";
import { playground } from "../../../playground.ts";

Deno.test("configureAccessory() shows the end of the log when the service doesn't start", async () => {
  await using place = await playground();
  const spec = accessorySpecOf("cache", redis({ password: "x" }));
  await place.write(accessoryHealth("shop_cache"), "");
  await place.write(`${accessoryLogDir("shop_cache")}/start.log`, "FATAL: it can't\n");
  for (const piece of ["0", "1.bz2", "2.zst"]) {
    await place.write(`${accessoryLogDir("shop_cache")}/start.log.${piece}`, "no text\n");
  }
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
  await place.program("timeout", `shift 3; exec /usr/bin/timeout 0.1 "$@"`);
  const { code, stderr } = await place.run(waitForAccessory("shop_db", 1000));
  assertEquals(code, 1);
  assertMatch(stderr, /^asked\nshop_db is not well after 1 s$/m);
});

Deno.test("waitForAccessory() gives its own reason a line of its own", async () => {
  await using place = await playground();
  await place.write(accessoryHealth("shop_db"), "printf 'no end of a line'; exit 1");
  await place.program("timeout", 'shift 3; exec "$@"');
  const { stderr } = await place.run(waitForAccessory("shop_db", 0));
  assertMatch(stderr, /^no end of a line\nshop_db is not well after 0 s$/m);
});

Deno.test("waitForAccessory() waits for one that recovers, whatever its limit", async () => {
  await using place = await playground();
  await place.program("sleep", "");
  await place.program("timeout", 'shift 3; exec "$@"');
  const looks = place.at("/looks");
  await place.write(
    accessoryHealth("shop_db"),
    `echo look >>${looks}; [ "$(wc -l <${looks})" -gt 4 ] || exit ${busyStatus}`,
  );
  const { code, stdout, stderr } = await place.run(waitForAccessory("shop_db", 0));
  assertEquals([code, stdout, stderr], [0, "shop_db recovers: waiting until it is done\n", ""]);
});

for (
  const [ready, status, name] of [[0, 0, "well"], [1, busyStatus, "recovering"], [2, 2, "silent"]] as const
) {
  Deno.test(`the health of postgresql() tells that it is ${name}`, async () => {
    await using place = await playground();
    const spec = accessorySpecOf("db", postgresql({ version: "15", volume: "/data/db", password: "x" }));
    await place.write("/usr/local/bin/pg_isready", `#!/bin/sh\nexit ${ready}\n`, 0o755);
    await place.write("/usr/local/sbin/jexec", '#!/bin/sh\nshift 4; exec "$@"\n', 0o755);
    await place.write(`${accessoryHealth("shop_db")}.x`, "");
    const write = writeHealth(spec);
    await place.run({ ...write, text: write.text.replaceAll("/usr/sbin/jexec", "/usr/local/sbin/jexec") });
    assertEquals((await place.run(raw(`/bin/sh ${accessoryHealth("shop_db")}`))).code, status);
  });
}

Deno.test("configureAccessory() goes on when a service that runs doesn't come up in the service's own time", async () => {
  await using place = await playground();
  const spec = accessorySpecOf("cache", redis({ password: "x" }));
  await place.write(accessoryHealth("shop_cache"), "");
  // It doesn't run when it is asked first, and does after its start, which gave up waiting.
  await place.write(
    "/usr/local/sbin/jexec",
    `#!/bin/sh
case $* in
  *onestatus) [ -e ${place.at("/started")} ]; exit ;;
  *start) : >${place.at("/started")}; echo 'server did not start in time'; exit 1 ;;
esac
cat >/dev/null\n`,
    0o755,
  );
  const command = configureAccessory(spec, { timeout: 1000 });
  const { code, stderr } = await place.run({
    ...command,
    text: command.text.replaceAll("/usr/sbin/jexec", "/usr/local/sbin/jexec"),
  });
  assertEquals([code, stderr], [0, "server did not start in time\n"]);
});
