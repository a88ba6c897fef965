import { assertEquals } from "@std/assert";
import { createPrivateKey } from "node:crypto";
// @ts-types="@types/ssh2"
import ssh2 from "ssh2";
import { repairKey } from "../../../../lib/transport/ssh/repair_key.ts";

for (const bits of [256, 384, 521] as const) {
  Deno.test(`repairKey() makes a readable key of every one of ${bits} bits`, () => {
    // Half of all keys are wrong before: twelve are enough to have met one.
    const types = Array.from({ length: 12 }, () => {
      const { private: text } = ssh2.utils.generateKeyPairSync("ecdsa", { bits });
      const key = ssh2.utils.parseKey(text);
      if (key instanceof Error) throw key;
      return createPrivateKey(repairKey(key.getPrivatePEM(), key.type)).asymmetricKeyType;
    });
    assertEquals(types, Array(12).fill("ec"));
  });
}

Deno.test("repairKey() leaves other keys alone", () => {
  assertEquals(repairKey("text", "ssh-ed25519"), "text");
});
