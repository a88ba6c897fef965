// The text of a module as it is written for the import: with its own place, and with imports that lead where they were written to.

import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { growMap, mapComment } from "./source_map.ts";
import { placeAt, type Stripped } from "./strip.ts";

/** A part of a text to replace. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The name of the function that replaces `import` where a name is known only when it runs. */
export const dynamicName = "__alcaideImport";

/** Makes it. */
export function moduleText(
  { code, map }: Stripped,
  edits: readonly Edit[],
  { url, key, before }: { url: string; key: string; before: number },
): string {
  const path = fileURLToPath(url);
  const head = [
    `const ${dynamicName} = globalThis[Symbol.for("${key}")].dynamic(${JSON.stringify(url)})`,
    `import.meta.url = ${JSON.stringify(url)}`,
    `import.meta.filename = ${JSON.stringify(path)}`,
    `import.meta.dirname = ${JSON.stringify(dirname(path))}`,
    "import.meta.resolve = (name) => new URL(name, import.meta.url).href",
  ].join("; ");
  let text = code;
  for (const { start, end, text: word } of edits.toSorted((a, b) => b.start - a.start)) {
    text = text.slice(0, start) + word + text.slice(end);
  }
  // On the first line, so that a line is where it was also for an error that comes before the map is read.
  const grown = growMap(
    map,
    [...edits, { start: 0, end: 0, text: " ".repeat(before) + `${head}; ` }].map((edit) =>
      growthOf(code, edit)
    ),
  );
  return `${head}; ${text.replace(/^#!/, "//")}\n${mapComment(grown)}\n`;
}

function growthOf(code: string, { start, end, text }: Edit) {
  const { line, column } = placeAt(code, start);
  return { line: line - 1, column: column - 1 + end - start, by: text.length - (end - start) };
}
