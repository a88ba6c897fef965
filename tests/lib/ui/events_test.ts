// Events that say when steps begin and end.

import { assertEquals } from "@std/assert";
import { eventUi } from "../../../lib/ui/events.ts";
import type { CommandUi, Event } from "../../../lib/ui/mod.ts";

/** The events of a ui whose clock goes on by a second at each look. */
function eventsOf(use: (ui: CommandUi) => void): Event[] {
  const events: Event[] = [];
  let clock = 0;
  const emit = (event: Event) => void events.push(event);
  use(eventUi({ emit, fail: () => {}, now: () => (clock += 1000) }));
  return events;
}

const step = (title: string) => ({ type: "step" as const, title });
const done = (title: string) => ({ type: "done" as const, title, milliseconds: 1000 });

Deno.test("eventUi() says how long each step took, before the next one and before the result", () => {
  const events = eventsOf((ui) => {
    ui.step("Build");
    ui.step("Upload");
    ui.result(1, "");
    ui.end();
  });
  const result = { type: "result" as const, value: 1 };
  assertEquals(events, [step("Build"), done("Build"), step("Upload"), done("Upload"), result]);
});

Deno.test("eventUi() says how long a step took that failed, and nothing of one that ends with an error", () => {
  const events = eventsOf((ui) => {
    ui.step("Route");
    ui.failed("Route");
    ui.step("Undo: Route");
    ui.fail(new Error("gone"));
    ui.end();
  });
  assertEquals(events, [
    step("Route"),
    { type: "failed", title: "Route", milliseconds: 1000 },
    step("Undo: Route"),
  ]);
});

Deno.test("eventUi() gives no time to a step that failed unannounced", () => {
  const events = eventsOf((ui) => {
    ui.step("Check");
    ui.failed("Start");
    ui.end();
  });
  assertEquals(events, [step("Check"), done("Check"), { type: "failed", title: "Start" }]);
});
