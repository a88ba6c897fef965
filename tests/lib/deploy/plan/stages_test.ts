import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../../lib/core/error.ts";
import { divide, stageName } from "../../../../lib/deploy/plan/stages.ts";

const ten = [..."abcdefghij"];
const divided: Readonly<Record<string, readonly string[]>> = {
  "all": ["abcdefghij"],
  "1, 25%, all": ["a", "bc", "defghij"],
  "1,5,10": ["a", "bcde", "fghij"],
  "10%, 11%, 100%": ["a", "b", "cdefghij"],
  "1, 5%, all": ["a", "bcdefghij"],
  "all, all": ["abcdefghij"],
};
for (const [text, stages] of Object.entries(divided)) {
  Deno.test(`divide() reads "${text}" for ten servers`, () =>
    assertEquals(divide(text, ten).map((stage) => stage.join("")), stages));
}

const bad: Readonly<Record<string, string>> = {
  "": '"" is not a number, a percentage or all',
  "1,,all": '"" is not a number, a percentage or all',
  "half": '"half" is not a number, a percentage or all',
  "-1, all": '"-1" is not a number, a percentage or all',
  "0, all": "0 is no server",
  "0%, all": "0% is no server",
  "11, all": "11 is more than the 10 servers",
  "101%": "101% is more than the 10 servers",
  "5, 1, all": "1 is fewer than 5",
  "all, 50%": "50% is fewer than all",
  "1, 25%": "its last stage leaves servers out",
};
for (const [text, problem] of Object.entries(bad)) {
  Deno.test(`divide() refuses "${text}"`, () => {
    const error = assertThrows(
      () => divide(text, ten),
      UsageError,
      `Cannot use --stages "${text}": ${problem}`,
    );
    assertEquals(
      error.hint,
      text === "1, 25%"
        ? 'End with all: --stages "1, 25%, all"'
        : 'Write how many servers have the release after each stage: --stages "1, 25%, all"',
    );
  });
}

Deno.test("stageName() names the servers of a stage", () => {
  assertEquals(stageName([[{ name: "a" }], [{ name: "b" }, { name: "c" }]], 1), "stage 2 of 2 (b and c)");
});
