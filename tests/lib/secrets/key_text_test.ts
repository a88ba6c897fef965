import { assertEquals } from "@std/assert";
import { newKeyText, parseKey } from "../../../lib/secrets/key_text.ts";
import { directory, oneBytes, oneText } from "./directory.ts";
import { messageOf } from "./messages.ts";

const form = "A key is 32 bytes in base64 or hexadecimal digits, on one line";

for (
  const [text, problem] of [
    ["", "it is empty"],
    [" \n", "it is empty"],
    ["one two", "it has more than one word"],
    ["!!", "it is neither base64 nor hexadecimal"],
    ["AQEB", "it has 3 bytes, not 32"],
    ["00".repeat(31), "it has 46 bytes, not 32"],
  ] as const
) {
  Deno.test(`${JSON.stringify(text.slice(0, 10))} is no key`, async () => {
    await using dir = await directory();
    await dir.encrypt({ A: "x" });
    await dir.key(text);
    assertEquals(await messageOf(() => dir.store().load()), [
      `Cannot use .alcaide/master.key: ${problem}`,
      form,
    ]);
  });
}

Deno.test("parseKey() takes base64 in its forms and hexadecimal digits", () => {
  for (const text of [oneText, oneText.replace("=", ""), `${oneText}\r\n`, "01".repeat(32)]) {
    assertEquals(parseKey(text, "x"), oneBytes);
  }
  const url = parseKey("_-8B" + oneText.slice(4), "x");
  assertEquals([...url.slice(0, 3)], [255, 239, 1]);
  assertEquals(parseKey("AB".repeat(32), "x"), new Uint8Array(32).fill(0xab));
});

Deno.test("newKeyText() is another one each time, and a key", () => {
  const [one, two] = [newKeyText(), newKeyText()];
  assertEquals([one === two, parseKey(one, "x").length], [false, 32]);
});
