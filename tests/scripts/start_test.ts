import { assertEquals } from "@std/assert";
import { loadedBy, startProblems } from "../../scripts/layers/start.ts";

Deno.test("startProblems() finds the import that makes every start slower", () => {
  const eager = new Map([
    ["cli.ts", ["lib/cli/first_answer.ts"]],
    ["lib/cli/first_answer.ts", ["lib/core/write_all.ts", "lib/core/error.ts"]],
    ["tasks/program.ts", ["lib/cli/main.ts", "tasks/mod.ts"]],
    ["tasks/mod.ts", ["lib/task/late_task.ts", "tasks/deploy.ts"]],
    ["tasks/deploy.ts", ["lib/running/deploy.ts"]],
    ["lib/cli/main.ts", [
      "lib/core/error.ts",
      "lib/transport/temporary.ts",
      "lib/task/given.ts",
      "node:path",
    ]],
    ["lib/task/given.ts", ["lib/server/facts.ts"]],
  ]);
  assertEquals(startProblems(eager).map(({ file, rule }) => `${file} ${rule.replace(/:.*/, "")}`), [
    "lib/cli/first_answer.ts every start of cli.ts would load lib/core/error.ts",
    "lib/cli/main.ts every start of tasks/program.ts would load lib/task/given.ts",
    "lib/cli/main.ts every start of tasks/program.ts would load node",
    "tasks/mod.ts every start of tasks/program.ts would load tasks/deploy.ts",
  ]);
  assertEquals(loadedBy("tasks/mod.ts", eager).length, 4);
});
