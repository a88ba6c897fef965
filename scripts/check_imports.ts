/**
 * Checks who imports whom, which words stand where, and that nothing is left over. Prints each violation as
 * `file:line rule` and ends with status 1 when there is one.
 *
 * @module
 */

import { partsOf } from "./layers/code.ts";
import { checkFile, importsOf, unusedNames, type Violation } from "./layers/rules.ts";

const root = new URL("../", import.meta.url);
const skipped = /^(\.git|\.cache|dist|node_modules|docs\/reference)$/;
const read = /\.(ts|md|sh|c|h|pm|pl|json|example)$|^(scripts|tests\/host\/programs)\/[\w.-]+$|^\.ci\/run$/;
// Data and generated files, which hold other people's words.
const foreign = /^(deno\.lock|tests\/host\/observed\.jsonl|tests\/golden\/.*)$/;

async function files(directory = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory, isFile } of Deno.readDir(new URL(`./${directory}`, root))) {
    const path = `${directory}${name}`;
    if (skipped.test(path)) continue;
    if (isDirectory) found.push(...await files(`${path}/`));
    else if (isFile && read.test(path) && !foreign.test(path)) found.push(path);
  }
  return found.sort();
}

async function checkTree(): Promise<Violation[]> {
  const found: Violation[] = [];
  const imported = new Set<string>();
  for (const path of await files()) {
    const text = await Deno.readTextFile(new URL(path, root));
    found.push(...checkFile(path, text));
    if (path.endsWith(".ts")) {
      for (const { from } of importsOf(partsOf(text).uncommented)) imported.add(from);
    }
  }
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  return [...found, ...unusedNames(Object.keys(imports), imported)];
}

const violations = await checkTree();
const encoder = new TextEncoder();
for (const { file, line, rule } of violations) {
  await Deno.stdout.write(encoder.encode(`${file}:${line} ${rule}\n`));
}
if (violations.length > 0) Deno.exit(1);
