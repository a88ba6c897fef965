import { assertEquals, assertThrows } from "@std/assert";
import { parseCanary, parseShare, shareMark, shareText } from "../../../lib/core/canary.ts";
import { UsageError } from "../../../lib/core/error.ts";

for (
  const [text, wish, says] of [
    ["10", { percent: 10 }, "10% of the visitors"],
    ["99%", { percent: 99 }, "99% of the visitors"],
    ["cookie=beta", { cookie: "beta" }, "the visitors with the cookie beta"],
    ["2/5", { part: 2, of: 5 }, "all visitors of 2/5 of the servers"],
  ] as const
) {
  Deno.test(`parseCanary() reads ${text}`, () => {
    const found = parseCanary(text, "Cannot");
    assertEquals([found, shareText(found)], [wish, says]);
  });
}

for (
  const [text, why] of [
    ["", "it is not a percentage, a cookie or a part of the servers"],
    ["ten", "it is not a percentage, a cookie or a part of the servers"],
    ["cookie=a;b", "it is not a percentage, a cookie or a part of the servers"],
    ["0", "a canary gets from 1 to 99 percent"],
    ["100%", "a canary gets from 1 to 99 percent"],
    ["0/5", "it leaves no server to one of the releases"],
    ["5/5", "it leaves no server to one of the releases"],
  ] as const
) {
  Deno.test(`parseCanary() refuses "${text}"`, () => {
    const error = assertThrows(() => parseCanary(text, `Cannot use --canary "${text}"`), UsageError);
    assertEquals([error.message, error.hint], [
      `Cannot use --canary "${text}": ${why}`,
      "Give a percentage, a cookie or, on several servers, a part of them: 10, cookie=beta, 1/5",
    ]);
  });
}

Deno.test("parseShare() reads what shareMark() writes", () => {
  for (const share of [{ percent: 10 }, { percent: 100 }, { cookie: "beta" }]) {
    assertEquals(parseShare(shareMark(share)), share);
  }
  assertEquals([parseShare("1/5"), shareText({ percent: 100 })], [undefined, "all visitors"]);
});
