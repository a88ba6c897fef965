import { assertEquals, assertThrows } from "@std/assert";
import {
  deliverScript,
  deliverStored,
  deliverStreaming,
  parseBecome,
  storeScript,
} from "../../../lib/transport/script.ts";

Deno.test("deliverScript() keeps the script out of the command line", () => {
  assertEquals(deliverScript("echo hunter2").line, "exec /bin/sh -s");
});

Deno.test("deliverScript() goes through doas without asking for a password", () => {
  assertEquals(deliverScript(":", "doas").line, "exec doas -n /bin/sh -s");
});

Deno.test("deliverStreaming() goes through sudo without asking for a password", () => {
  assertEquals(deliverStreaming(":", "sudo").line, "exec sudo -n /bin/sh -s");
});

Deno.test("deliverStored() runs only files of ours", () => {
  assertEquals(deliverStored("/tmp/alcaide.Ab3").line, "exec /bin/sh /tmp/alcaide.Ab3");
  assertThrows(() => deliverStored("/tmp/alcaide.x;reboot"), TypeError);
});

Deno.test("storeScript() ends its text with a word that the script doesn't have", () => {
  const stored = storeScript("echo ALCAIDE_END\nALCAIDE_END_");
  assertEquals(stored.split("\n").filter((line) => line === "ALCAIDE_END__").length, 1);
});

const answers: [printed: string, way: string | undefined][] = [
  ["root\n", undefined],
  ["doas\n", "doas"],
  ["sudo\n", "sudo"],
  ["none\n", "none"],
  ["", "none"],
];

for (const [printed, way] of answers) {
  Deno.test(`parseBecome() understands ${JSON.stringify(printed)}`, () =>
    assertEquals(parseBecome(printed), way));
}
