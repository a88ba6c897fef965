import { assertEquals } from "@std/assert";
import { redis } from "../../../../lib/presets/redis.ts";
import { rotationText } from "../../../../lib/commands/server/rotation.ts";
import { configureAccessory } from "../../../../lib/commands/accessory/accessory.ts";
import { accessorySpecOf } from "../../../fake/accessories.ts";

Deno.test("rotationText() rotates Redis' log, which it doesn't do itself, and leaves it to Redis", () => {
  const spec = accessorySpecOf("cache", redis({ password: "x" }));
  const [, log = ""] =
    /^logfile "\/var\/log\/alcaide\/(.*)"$/m.exec(configureAccessory(spec, { timeout: 1 }).text) ?? [];
  const line = rotationText().split("\n").find((one) => one.includes(`/_accessories/*/${log} `));
  assertEquals(line?.split(" ").slice(1), [
    `${spec.place.uid}:${spec.place.uid}`,
    "640",
    "5",
    "10240",
    "*",
    "GJN",
  ]);
});
