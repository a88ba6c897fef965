/**
 * The program as binaries hold it. It starts in a fifth of the time of the sources, and the end-to-end tests start it often.
 */

import { readdir } from "node:fs/promises";
import { fromFileUrl, join } from "@std/path";
import { bundle } from "../scripts/bundle.ts";
import { madeOnce } from "./made_once.ts";

const repository = fromFileUrl(new URL("../", import.meta.url));

/** The words that run the bundle of these sources, which is made once. */
export async function bundledProgram(): Promise<string[]> {
  const directory = join(repository, ".cache", `bundle-${await stateOfSources()}`);
  await madeOnce(directory, make);
  return [
    // Deno would read all modules before the first one runs.
    ...[
      Deno.execPath(),
      "run",
      "-A",
      "--quiet",
      "--unstable-lazy-dynamic-imports",
      `--import-map=${join(directory, "imports.json")}`,
    ],
    join(directory, "cli.js"),
  ];
}

async function make(directory: string): Promise<void> {
  for (const name of await bundle(directory)) await hideImports(join(directory, name));
  const imports = { "alcaide": "./mod.js", "alcaide/internal": "./internal.js" };
  await Deno.writeTextFile(join(directory, "imports.json"), JSON.stringify({ imports }));
}

/**
 * Lets Deno read a file only when it is imported. It reads all 200 at each start where it finds their names, which takes it up to half a
 * second of a processor.
 */
async function hideImports(path: string): Promise<void> {
  const text = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, text.replaceAll(/\bimport\(("\.\/[^"]*")\)/g, "import(String($1))"));
}

/** Changes with each change of a file that the bundle holds. */
async function stateOfSources(): Promise<string> {
  const folders = await Promise.all(["lib", "tasks"].map(async (folder) => {
    const names = await readdir(join(repository, folder), { recursive: true });
    return names.map((name) => join(folder, name));
  }));
  const names = ["cli.ts", "mod.ts", "internal.ts", "deno.json", "deno.lock", ...folders.flat().sort()];
  const stats = await Promise.all(names.map(async (name) => {
    const { mtime, size } = await Deno.stat(join(repository, name));
    return `${name} ${mtime?.getTime()} ${size}`;
  }));
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(stats.join("\n")));
  return new Uint8Array(hash.slice(0, 6)).toHex();
}
