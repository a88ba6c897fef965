import { assertEquals, assertThrows } from "@std/assert";
import { hostRelease } from "./prepare.ts";

Deno.test("hostRelease() is 15.0 unless the variable FREEBSD or the test names another", () => {
  assertEquals(hostRelease({}, ""), "15.0-RELEASE");
  assertEquals(hostRelease({}, "13.2"), "13.2-RELEASE");
  assertEquals(hostRelease({ osrelease: "14.3-RELEASE-p5" }, "13.2"), "14.3-RELEASE-p5");
});

Deno.test("hostRelease() refuses a variable that is no version", () => {
  assertThrows(() => hostRelease({}, "15"), Error, 'FREEBSD is a version such as 13.2 or 15.0, not "15"');
});
