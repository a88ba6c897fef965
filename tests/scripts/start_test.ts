import { assertEquals } from "@std/assert";
import { loadedBy, startProblems } from "../../scripts/layers/start.ts";

Deno.test("startProblems() finds the import that makes every start slower", () => {
  const eager = new Map([
    ["cli.ts", ["tasks/a.ts", "lib/core/x.ts"]],
    ["tasks/a.ts", ["lib/running/a.ts", "lib/transport/temporary.ts"]],
    ["lib/running/a.ts", ["lib/deploy/b.ts"]],
  ]);
  assertEquals(startProblems(eager).map(({ file, rule }) => `${file} ${rule}`), [
    "tasks/a.ts every start would load lib/running/a.ts: import() it where it is needed, such as in run",
  ]);
  assertEquals(loadedBy("tasks/a.ts", eager).length, 4);
});
