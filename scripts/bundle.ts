// The program as a few JavaScript files, packages included: they start in half the time of the sources.

import { gzipSync } from "node:zlib";
import { fromFileUrl, join } from "@std/path";
import { $ } from "../lib/remote/dollar.ts";

const root = fromFileUrl(new URL("../", import.meta.url));

/** The modules that something outside of the bundle names: the program, the library and what a binary of your own starts. */
const entries = ["cli.ts", "mod.ts", "internal.ts", "tasks/baked.ts"];

/** Native parts of packages: they are optional, and can't be in a file of JavaScript. */
const external = ["*.node", "cpu-features"];

/** Writes the bundle into an empty directory and gives the names of its files. */
export async function bundle(directory: string): Promise<string[]> {
  const names = external.map((name) => `--external=${name}`);
  await $`${Deno.execPath()} bundle --quiet --platform=deno --code-splitting ${names} --outdir=${directory} ${entries}`
    .cwd(root).env("NO_COLOR", "1").quiet();
  await flatten(directory);
  const files: string[] = [];
  for await (const { name } of Deno.readDir(directory)) {
    files.push(name);
    await repair(join(directory, name));
  }
  return files.sort();
}

/** Entries of different directories keep these; a binary has all its modules in one. */
async function flatten(directory: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    if (!isDirectory) continue;
    for await (const inner of Deno.readDir(join(directory, name))) {
      const text = await Deno.readTextFile(join(directory, name, inner.name));
      await Deno.writeTextFile(
        join(directory, inner.name),
        text.replaceAll(/(from |import )"\.\.\//g, '$1"./'),
      );
    }
    await Deno.remove(join(directory, name), { recursive: true });
  }
}

/**
 * Packages written for Node's modules ask for two names that JavaScript's own modules don't have, and for Node's `require`, which
 * the bundler would make at every start.
 */
async function repair(path: string): Promise<void> {
  const text = await Deno.readTextFile(path);
  const names = /\b__(dirname|filename)\b/.test(text)
    ? "var __dirname = import.meta.dirname, __filename = import.meta.filename;\n"
    : "";
  const repaired = names + text.replace(eagerRequire, lateRequire).replace(wasmInText, packed);
  if (repaired !== text) await Deno.writeTextFile(path, repaired);
}

/** The bundler's lines for Node's `require`. */
const eagerRequire = `import { createRequire as __deno_internal_createRequire } from "node:module";
var __require = __deno_internal_createRequire(import.meta.url);
`;

const lateRequire =
  `var __require = (name) => process.getBuiltinModule("node:module").createRequire(import.meta.url)(name);
`;

/** Bytes of WebAssembly as packages hold them. */
const wasmInText = /\w+\.from\("(AGFzb[A-Za-z0-9+/=]*)", "base64"\)/g;

/** Packs much of it: a binary reads all its modules at each start, and this takes no longer to unpack than to read and decode. */
function packed(expression: string, base64: string): string {
  if (base64.length < 1e6) return expression;
  const small = gzipSync(Uint8Array.fromBase64(base64), { level: 9 }).toString("base64");
  return `process.getBuiltinModule("node:zlib").gunzipSync(${expression.replace(base64, small)})`;
}
