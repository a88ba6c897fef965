// Alcaidefiles to load, and what loading one complains about.

import { assertEquals, assertRejects } from "@std/assert";
import { dirname } from "node:path";
import { ConfigError } from "../../../lib/core/error.ts";
import { loadAlcaidefile } from "../../../lib/cli/loader.ts";

/** Writes files to a directory of their own. */
export async function withFiles(files: Record<string, string>, use: (directory: string) => Promise<void>) {
  const directory = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.mkdir(dirname(`${directory}/${name}`), { recursive: true });
      await Deno.writeTextFile(`${directory}/${name}`, text);
    }
    await use(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

export async function complaint(directory: string, environment?: string) {
  const error = await assertRejects(
    async () => await (await loadAlcaidefile(`${directory}/Alcaidefile.ts`, { environment })).config(),
    ConfigError,
  );
  assertEquals(error.exitCode, 78);
  const { path, problem, hint } = error.problems[0] ?? { path: "", problem: "" };
  return {
    place: path.replace(directory, ""),
    problem: problem.replace(directory, ""),
    hint,
    details: error.details,
  };
}
