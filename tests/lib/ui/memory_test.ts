import { assert, assertEquals } from "@std/assert";
import { memoryUi } from "../../fake/memory_ui.ts";

Deno.test("memoryUi() remembers what was said, in order", async () => {
  const ui = memoryUi({ answer: true, own: true });
  ui.step("Build");
  ui.line("a", "x");
  ui.result({ n: 1 }, "one");
  assert(await ui.confirm("Really?"));
  assertEquals(ui.events.map((event) => event.type), ["step", "line", "result"]);
  assertEquals([ui.results, ui.questions], [["one"], ["Really?"]]);
});

Deno.test("memoryUi() gives everything as one text", () => {
  const ui = memoryUi();
  ui.info("hello");
  ui.fail("oops");
  assertEquals(ui.text().split("\n").slice(0, 2), ['{"type":"info","text":"hello"}', "Error: oops"]);
});
