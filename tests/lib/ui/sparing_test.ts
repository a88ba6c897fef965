import { assertEquals } from "@std/assert";
import { sparing } from "../../../lib/ui/sparing.ts";
import type { Event } from "../../../lib/ui/mod.ts";

Deno.test("sparing() hands on ten events a second of each transfer, and its last one before anything else", () => {
  let clock = 0;
  const told: string[] = [];
  const emit = sparing(
    (event: Event) => void told.push(event.type === "progress" ? `${event.label} ${event.done}` : event.type),
    () => clock,
  );
  for (let done = 1; done <= 25; done++) {
    clock += 10;
    emit({ type: "progress", label: "a", done, total: 0 });
    if (done < 3) emit({ type: "progress", label: "b", done, total: 2 });
  }
  emit({ type: "info", text: "done" });
  emit({ type: "info", text: "more" });
  assertEquals(told, ["a 1", "b 1", "a 11", "a 21", "b 2", "a 25", "info", "info"]);
});
