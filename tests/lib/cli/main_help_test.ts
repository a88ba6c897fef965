// Help and the version, as the command line prints them.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { taskHelp } from "../../../lib/cli/help.ts";
import { builtInTasks } from "../../../tasks/mod.ts";
import { good, inDirectory } from "./running.ts";

for (const args of [[], ["help"], ["help", "help"], ["--help"], ["-h"], ["-v"]]) {
  Deno.test(`main() lists built-in and own tasks for "alcaide ${args.join(" ")}"`, async () => {
    await inDirectory(
      `${good}export async function mine() {}\nmine.description = "Do mine";`,
      async (run) => {
        const { status, ui } = await run(args);
        assertEquals(status, 0);
        assertMatch(
          ui.results[0] ?? "",
          /\n\nSeeing:\n {2}look +Look\n\nTasks:\n[^]*\n\nThe program:\n[^]*\n\nTasks of your Alcaidefile:\n {2}mine +Do mine\n/,
        );
      },
    );
  });
}

for (const args of [["help", "one"], ["one", "--help"], ["-h", "one"], ["one", "x", "-h"]]) {
  Deno.test(`main() explains a task for "alcaide ${args.join(" ")}", also without an Alcaidefile`, async () => {
    await inDirectory(undefined, async (run) => {
      const { status, ui } = await run(args);
      assertEquals([status, ui.errors], [0, []]);
      const start =
        "Take one\n\nUsage: alcaide one NAME\n\nArguments:\n  NAME  Its name\n\nOptions of every task:\n";
      assert(ui.results[0]?.startsWith(start));
      assert(ui.results[0]?.endsWith("Examples:\n  alcaide one x"));
    });
  });
}

Deno.test("main() explains a task that has options", async () => {
  await inDirectory(undefined, async (run) => {
    const { ui } = await run(["look", "-h"]);
    assertStringIncludes(
      ui.results[0] ?? "",
      "Usage: alcaide look [OPTIONS]\n\nOptions:\n  -d, --deep  Deeply\n",
    );
  });
});

Deno.test("help names no option twice that a task gives another meaning", () => {
  const { destroy } = builtInTasks;
  assert(destroy !== undefined);
  const text = taskHelp("destroy", destroy);
  assertEquals([...text.matchAll(/^ +--yes.*/gm)].map(([row]) => row.trim().slice(0, 10)), ["--yes TEXT"]);
});

Deno.test("main() gives help also beside a broken Alcaidefile, and says so", async () => {
  await inDirectory("export default {;", async (run) => {
    const { status, ui } = await run(["help"]);
    assertEquals([status, ui.results.length], [0, 1]);
    assertMatch(ui.text(), /Tasks of the Alcaidefile aren't shown/);
    assertMatch(ui.errors[0] ?? "", /Alcaidefile\.ts:1:\d+: /);
  });
});

Deno.test("main() prints the version", async () => {
  await inDirectory(undefined, async (run) => {
    const { status, ui } = await run(["--version"]);
    assertEquals([status, ui.results], [0, ["alcaide 1.2.3"]]);
  });
});
