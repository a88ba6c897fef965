// The size of the program, which grows only for a reason that the changelog tells.

import { assertLessOrEqual } from "@std/assert";
import { dirname, join } from "@std/path";
import { bundledProgram } from "../bundled.ts";
import { repository } from "./place.ts";

/** Bytes that small changes may add. */
const spare = 50_000;

Deno.test("the program's modules are as large as the changelog says", async () => {
  const [, told] = /^- The program is ([\d.]+) MB of JavaScript/m.exec(
    await Deno.readTextFile(join(repository, "CHANGELOG.md")),
  ) ?? [];
  const directory = dirname((await bundledProgram()).at(-1) ?? "");
  let size = 0;
  for await (const { name } of Deno.readDir(directory)) {
    if (name.endsWith(".js")) size += (await Deno.stat(join(directory, name))).size;
  }
  assertLessOrEqual(
    size,
    Number(told) * 1e6 + spare,
    `The modules have ${size} bytes: say in CHANGELOG.md how many MB they are, and what the new ones are for`,
  );
});
