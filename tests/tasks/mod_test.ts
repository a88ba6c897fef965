// All built-in tasks.

import { assertEquals, assertThrows } from "@std/assert";
import { taskTasks } from "../../lib/cli/own_tasks.ts";
import { UsageError } from "../../lib/core/error.ts";
import { staleWords } from "../../scripts/words.ts";
import { builtInTasks } from "../../tasks/mod.ts";
import { readArguments } from "../../lib/task/given.ts";

const all = { ...builtInTasks, ...taskTasks(() => Promise.reject(new Error("not asked for"))) };

Deno.test('every built-in task says what it takes: nobody\'s "deploy staging" may deploy elsewhere', () => {
  assertEquals(Object.entries(all).filter(([, task]) => task.args === undefined).map(([name]) => name), []);
  for (const name of ["setup", "deploy", "status", "releases", "repair", "logs"]) {
    assertThrows(
      () => readArguments(name, all[name] ?? {}, ["staging"]),
      UsageError,
      `Cannot run ${name} with "staging": it takes no arguments`,
    );
  }
});

Deno.test("the words of the built-in tasks are those of their files", async () => {
  assertEquals(await staleWords(), [], "Run deno run -A scripts/words.ts");
});
