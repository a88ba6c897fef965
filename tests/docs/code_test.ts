// The code in the documentation type-checks and runs.

import { assertEquals, assertMatch } from "@std/assert";
import { repository } from "./pages.ts";

Deno.test("every block of TypeScript in docs type-checks and runs", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "--allow-all", "--doc", "--no-lock", "docs"],
    cwd: repository,
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder().decode(stdout);
  assertEquals(code, 0, `${text}\n${new TextDecoder().decode(stderr)}`);
  assertMatch(text, /ok \| (1\d|[2-9]\d) passed/);
});
