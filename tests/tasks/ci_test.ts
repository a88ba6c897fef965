import { assertEquals, assertRejects } from "@std/assert";
import { AlcaideError } from "../../lib/core/error.ts";
import type { Context } from "../../lib/task/context.ts";
import { ci } from "../../tasks/ci.ts";
import { memoryUi } from "../fake/memory_ui.ts";

async function inDirectory(
  use: (directory: string, run: (system: string) => Promise<string[]>) => Promise<void>,
) {
  const directory = await Deno.makeTempDir();
  const run = async (system: string) => {
    const ui = memoryUi();
    await ci({ ui, directory, args: [system] } as unknown as Context);
    return ui.events.flatMap((event) => event.type === "info" ? [event.text] : []).concat(ui.results);
  };
  try {
    await use(directory, run);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("ci writes a workflow once, and names its settings each time", async () => {
  await inDirectory(async (directory, run) => {
    const [written, settings] = await run("github");
    assertEquals(written, ".github/workflows/alcaide.yml: written");
    assertEquals(settings?.split("\n").slice(0, 2), [
      "Set in the CI system's settings:",
      "  ALCAIDE_MASTER_KEY: the text of .alcaide/master.key, where there are secrets",
    ]);
    await Deno.writeTextFile(`${directory}/.github/workflows/alcaide.yml`, "mine");
    assertEquals((await run("github"))[0], ".github/workflows/alcaide.yml: left alone");
    assertEquals(await Deno.readTextFile(`${directory}/.github/workflows/alcaide.yml`), "mine");
  });
});

Deno.test("ci says what it cannot write", async () => {
  await inDirectory(async (directory, run) => {
    await Deno.writeTextFile(`${directory}/.forgejo`, "");
    const error = await assertRejects(() => run("forgejo"), AlcaideError);
    assertEquals([error.message, error.hint], [
      `Cannot write ${directory}/.forgejo/workflows/alcaide.yml`,
      "Check the directory's permissions",
    ]);
  });
});
