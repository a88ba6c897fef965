import { assert, assertEquals, assertFalse, assertMatch } from "@std/assert";
import { parseAccessory } from "../../../lib/commands/accessory/record.ts";
import { secret } from "../../../lib/core/secret.ts";
import { recordAccessory } from "../../../lib/setup/accessory_record.ts";
import { accessorySpecOf } from "../../fake/accessories.ts";
import { db, inputs, made } from "./accessory_plans.ts";

Deno.test("a record holds no secret, only keyed fingerprints", async () => {
  const [record] = [...(await made(db({ password: secret("s3cret") }))).accessories.values()];
  const text = JSON.stringify(record);
  assertFalse(text.includes("s3cret"));
  assertMatch(record?.shown["password"] ?? "", /^\[secret\] [0-9a-f]{16}$/);
  const again = await recordAccessory(accessorySpecOf("db", db({ password: secret("s3cret") })), {
    freebsd: "14.3-RELEASE",
    key: "another",
    since: inputs.now,
  });
  assert(record?.shown["password"] !== again.shown["password"]);
  assertEquals(parseAccessory(text), record);
});
