// The schemas of `--json` are today's, name every task, and refuse what they don't name.

import { assert, assertEquals, assertThrows } from "@std/assert";
import { schemaDirectory, schemaFiles } from "../../scripts/schemas.ts";
import { taskTasks } from "../../lib/cli/own_tasks.ts";
import { builtInTasks } from "../../tasks/mod.ts";
import { checkDocument, checkLines, documents, parsed } from "../schemas.ts";

Deno.test("schema/ and docs/json.md are today's", async () => {
  const files = await schemaFiles();
  for (const [file, wanted] of files) {
    const written = await Deno.readTextFile(file).catch(() => "");
    assert(written === wanted, `${file} is stale: run deno run -A scripts/schemas.ts`);
  }
  const there = (await Array.fromAsync(Deno.readDir(schemaDirectory))).map(({ name }) =>
    `${schemaDirectory}${name}`
  );
  assertEquals(there.filter((file) => !files.has(file)), []);
});

Deno.test("every task has a schema", () => {
  const about = taskTasks(() => Promise.reject(new Error("Nobody asks")));
  assertEquals(documents, [...Object.keys(builtInTasks), ...Object.keys(about), "help"].sort());
});

Deno.test("a field that no schema names is a failure, and so is one that is missing", () => {
  checkDocument([{ server: "web", restarted: ["worker"] }], ["restart"]);
  for (
    const row of [{ server: "web" }, { server: "web", restarted: [], more: 1 }, { server: 1, restarted: [] }]
  ) {
    assertThrows(() => checkDocument([row], ["restart"]), Error, "No schema of restart fits");
    assertThrows(() => checkDocument([row]), Error, "fits what was printed");
  }
});

Deno.test("events have a schema, and results of a user's own tasks none", () => {
  const line = (event: unknown) => `${JSON.stringify(event)}\n`;
  const result = { type: "result", value: { mine: 1 } };
  assertEquals(parsed(line({ type: "step", title: "Look" }) + line(result), "mine"), { mine: 1 });
  assertThrows(() => checkLines(line(result), ["--json", "version"]), Error, "No schema of version fits");
  assertThrows(() => parsed(line({ type: "stop" }), "mine"), Error, "No schema of events fits");
});
