// Generated pages and types are today's.

import { assert, assertEquals } from "@std/assert";
import { configTypes } from "../../scripts/config_types.ts";
import { doctorFile, doctorText } from "../../scripts/doctor.ts";
import { dslFile, dslText } from "../../scripts/dsl.ts";
import { editorTypes, editorTypesFile } from "../../scripts/editor_types.ts";
import { readFields, referenceFile, referenceText } from "../../scripts/reference.ts";

Deno.test("docs/configuration.md is today's", async () => {
  const [written, wanted] = await Promise.all([Deno.readTextFile(referenceFile), referenceText()]);
  assert(written === wanted, "docs/configuration.md is stale: run deno run -A scripts/reference.ts");
});

Deno.test("every field of the configuration has a doc comment", () => {
  const fields = readFields();
  assertEquals(fields.filter((field) => field.text === "").map((field) => field.path), []);
});

Deno.test("readFields() reads types, defaults and what is required", () => {
  const fields = new Map(readFields().map((field) => [field.path, field]));
  assertEquals(fields.get("jail.port")?.fallback, "4000");
  assertEquals(fields.get("health.status")?.type, "number | [number, number]");
  assertEquals(fields.get("server.become")?.type, '"doas" | "sudo"');
  assertEquals(fields.get("build")?.optional, false);
  assertEquals(fields.get("domain")?.optional, true);
});

Deno.test("the types of the configuration are today's", async () => {
  for (const [file, wanted] of await configTypes()) {
    const written = await Deno.readTextFile(file);
    assert(written === wanted, `${file.pathname} is stale: run deno run -A scripts/config_types.ts`);
  }
});

Deno.test("the checks in docs/doctor.md are today's", async () => {
  const written = await Deno.readTextFile(doctorFile);
  assert(written === doctorText(written), "docs/doctor.md is stale: run deno run -A scripts/doctor.ts");
  assert(written.includes("| `dns` |"), "docs/doctor.md has no table of checks");
});

Deno.test("docs/dsl.md is today's", async () => {
  const [written, wanted] = await Promise.all([Deno.readTextFile(dslFile), dslText()]);
  assert(written === wanted, "docs/dsl.md is stale: run deno run -A scripts/dsl.ts");
});

Deno.test("the types that init writes are today's", async () => {
  const [written, wanted] = await Promise.all([Deno.readTextFile(editorTypesFile), editorTypes()]);
  assert(written === wanted, "lib/init/editor_types.json is stale: run deno run -A scripts/editor_types.ts");
});
