import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { envFingerprint } from "../../../lib/core/fingerprint.ts";
import { secret } from "../../../lib/core/secret.ts";

Deno.test("envFingerprint() is the same for the same environment in another order", async () => {
  assertEquals(
    await envFingerprint({ A: "1", B: "2" }, "key"),
    await envFingerprint({ B: "2", A: "1" }, "key"),
  );
});

Deno.test("envFingerprint() takes a secret for its text", async () => {
  assertEquals(await envFingerprint({ A: secret("1") }, "key"), await envFingerprint({ A: "1" }, "key"));
});

const others: readonly { name: string; env: Record<string, string>; key: string }[] = [
  { name: "another value", env: { A: "2" }, key: "key" },
  { name: "another name", env: { B: "1" }, key: "key" },
  { name: "another key", env: { A: "1" }, key: "other" },
  { name: "one more variable", env: { A: "1", B: "" }, key: "key" },
];
for (const { name, env, key } of others) {
  Deno.test(`envFingerprint() differs for ${name}`, async () => {
    assertNotEquals(await envFingerprint(env, key), await envFingerprint({ A: "1" }, "key"));
  });
}

Deno.test("envFingerprint() is sixteen hexadecimal digits", async () => {
  assertMatch(await envFingerprint({}, "key"), /^[0-9a-f]{16}$/);
});
