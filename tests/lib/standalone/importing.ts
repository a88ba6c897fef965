// Files to import as a binary does, and what an import complains about.

import { assertEquals, assertRejects } from "@std/assert";
import { dirname } from "node:path";
import { ConfigError } from "../../../lib/core/error.ts";
import { loadAlcaidefile } from "../../../lib/cli/loader.ts";
import { sourceImporter } from "../../../lib/standalone/import.ts";
import { standaloneImport } from "../../../lib/standalone/mod.ts";
import * as internal from "../../../internal.ts";
import * as library from "../../../mod.ts";

const libraries = { alcaide: library, "alcaide/internal": internal };

export type Namespace = Record<string, unknown>;

/** Writes files to a directory of their own, and imports one of them the way that a binary does. */
export async function withFiles(
  files: Record<string, string>,
  use: (directory: string, load: (name: string) => Promise<Namespace>, temporary: string) => Promise<void>,
) {
  const directory = await Deno.makeTempDir({ prefix: "a b#" });
  const temporary = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.mkdir(dirname(`${directory}/${name}`), { recursive: true });
      await Deno.writeTextFile(`${directory}/${name}`, text);
    }
    const load = sourceImporter(libraries, temporary);
    await use(directory, async (name) => (await load(urlOf(`${directory}/${name}`))).exports, temporary);
    assertEquals(await Array.fromAsync(Deno.readDir(temporary)), [], "something was left behind");
  } finally {
    await Deno.remove(directory, { recursive: true });
    await Deno.remove(temporary, { recursive: true });
  }
}

export function urlOf(path: string): string {
  return `file://${encodeURI(path).replaceAll("#", "%23")}`;
}

/** The message about an Alcaidefile: place, problem, hint and the line with its mark. */
export async function complaint(files: Record<string, string>, name = "Alcaidefile.ts") {
  let said: { place: string; problem: string; hint: string; details: readonly string[] } | undefined;
  await withFiles(files, async (directory) => {
    const importModule = standaloneImport(() => Promise.resolve(libraries));
    const error = await assertRejects(
      async () => await (await loadAlcaidefile(`${directory}/${name}`, { importModule })).config(),
      ConfigError,
    );
    const { path, problem, hint = "" } = error.problems[0] ?? { path: "", problem: "" };
    said = {
      place: path.replace(directory, ""),
      problem: problem.replace(directory, ""),
      hint,
      details: error.details,
    };
  });
  return said;
}
