// The types that `alcaide init` writes beside an Alcaidefile, so that an editor explains its fields with nothing
// installed. They are the public API itself, cut out of the sources by `scripts/editor_types.ts`.

/** The text of `alcaide.d.ts`. */
export async function typesText(): Promise<string> {
  // Only here: reading them would take a tenth of every start.
  const { default: modules } = await import("./editor_types.json", { with: { type: "json" } });
  const declared = Object.entries(modules).map(([name, lines]) =>
    `declare module "${name}" {
${lines.map((line) => (line === "" ? "" : `  ${line}`)).join("\n")}
}
`
  );
  return `// Types for the editor, written by "alcaide init". Delete the file and run it again after an update.
/// <reference lib="esnext" />
/// <reference lib="dom" />

${declared.join("\n")}`;
}
