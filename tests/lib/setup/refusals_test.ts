import { assertEquals } from "@std/assert";
import { newer } from "../../../lib/setup/refusals.ts";

const versions: readonly (readonly [string, string, boolean])[] = [
  ["14.3-RELEASE", "14.2-RELEASE", true],
  ["14.10-RELEASE", "14.9-RELEASE", true],
  ["14.3-RELEASE", "14.3-RELEASE-p5", false],
  ["13.5-RELEASE", "14.0-RELEASE", false],
  ["15.0-RC1", "14.3-RELEASE", true],
];
for (const [a, b, wanted] of versions) {
  Deno.test(`newer() says ${wanted} to ${a} over ${b}`, () => assertEquals(newer(a, b), wanted));
}
