// The output that a terminal or a job asks for by its variables.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { desk, dialogue } from "../../tasks/secrets_cli.ts";

for (
  const [system, file, env] of [
    ["GitHub", "it.md", (path: string) => ({ GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: `${path}/it.md` })],
    ["GitLab", ".alcaide/summary.md", (path: string) => ({ GITLAB_CI: "true", CI_PROJECT_DIR: path })],
  ] as const
) {
  Deno.test(`a job of ${system} gets a summary of each command`, async () => {
    await using it = await desk();
    for (const name of ["names", "absent"]) await it.run(["version", name], { env: env(it.path) });
    const text = await it.read(file);
    assertStringIncludes(text, "```text\nError: Cannot");
    assertEquals(text.split("Error: ").length, 3);
  });
}

Deno.test("a job of GitLab gets a report with the faults of the Alcaidefile at their lines", async () => {
  await using it = await desk();
  const env = { GITLAB_CI: "true", CI_PROJECT_DIR: await Deno.realPath(it.path) };
  const report = async () => JSON.parse(await it.read(".alcaide/gl-code-quality-report.json"));
  await it.run(["config"], { env });
  assertEquals(await report(), []);
  await Deno.writeTextFile(`${it.path}/Alcaidefile.ts`, "export default {\n  app: 7,\n};\n");
  await it.run(["config"], { env });
  assertEquals(
    (await report()).find((one: { description: string }) => one.description.includes("Cannot use app"))
      ?.location,
    { path: "Alcaidefile.ts", lines: { begin: 2 } },
  );
});

Deno.test("a dumb terminal and NO_COLOR get lines without codes", async () => {
  await using it = await desk();
  const own =
    'export default {};\nexport async function go(ctx) { ctx.ui.step("One"); ctx.ui.step("Two"); }\n';
  await Deno.writeTextFile(`${it.path}/Alcaidefile.ts`, own);
  const show = async (env: Record<string, string>) => (await dialogue(it.type(["go"], env), [])).shown;
  const [dumb, plain] = [
    await show({ TERM: "dumb", NO_COLOR: "" }),
    await show({ TERM: "xterm", NO_COLOR: "1" }),
  ];
  assert(!dumb.includes("\x1b") && dumb.includes("✓ One"), dumb);
  // Rows are still taken away.
  assert(plain.includes("\x1b[K") && !plain.includes("\x1b[3"), plain);
});
