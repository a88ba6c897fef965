import { assertEquals } from "@std/assert";
import { otherSlot } from "../../../lib/core/slot.ts";

Deno.test("otherSlot() of blue is green", () => assertEquals(otherSlot("blue"), "green"));
Deno.test("otherSlot() of green is blue", () => assertEquals(otherSlot("green"), "blue"));
Deno.test("otherSlot() of none is blue", () => assertEquals(otherSlot(undefined), "blue"));
