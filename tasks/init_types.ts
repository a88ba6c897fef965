/**
 * The types that `alcaide init` writes beside an Alcaidefile, so that an editor explains its fields with nothing
 * installed. They are the public API itself, cut out of the sources by `scripts/editor_types.ts`.
 *
 * @module
 */

import lines from "./editor_types.json" with { type: "json" };

/** The text of `alcaide.d.ts`. */
export function typesText(): string {
  return `// Types for the editor, written by "alcaide init". Delete the file and run it again after an update.
/// <reference lib="esnext" />
/// <reference lib="dom" />

declare module "alcaide" {
${lines.map((line) => (line === "" ? "" : `  ${line}`)).join("\n")}
}
`;
}
