// Writes `schema/`, a JSON schema for everything that `--json` prints, and `docs/json.md` about it, from the types: each task
// exports `Json`, the type of its result. `deno run -A scripts/schemas.ts`

import { fromFileUrl } from "@std/path";
import { builtInTasks } from "../tasks/mod.ts";
import { documentSections, eventTable } from "./schemas/page.ts";
import { type Schema, schemaOf } from "./schemas/schema.ts";
import { readTypes } from "./schemas/types.ts";

const root = fromFileUrl(new URL("../", import.meta.url));

/** Where the schemas are. */
export const schemaDirectory = `${root}schema/`;

/** Documents about the tasks themselves. */
const about = {
  tasks: ["TasksJson", "lib/cli/help.ts"],
  help: ["HelpJson", "lib/cli/help.ts"],
  completions: ["CompletionsJson", "lib/cli/own_tasks.ts"],
} as const;

/** The texts that the files must have, by their paths. */
export async function schemaFiles(): Promise<ReadonlyMap<string, string>> {
  const names = await readTypes();
  const events = schemaOf(names, "JsonLine", "lib/ui/json.ts");
  const documents = new Map([
    ...Object.keys(builtInTasks).map((name) => [name, schemaOf(names, "Json", `tasks/${name}.ts`)] as const),
    ...Object.entries(about).map(([name, [type, file]]) => [name, schemaOf(names, type, file)] as const),
  ]);
  const all = new Map<string, Schema>([["events", events], ...documents]);
  return new Map([
    ...[...all].map(([name, schema]) => [`${schemaDirectory}${name}.json`, schemaText(schema)] as const),
    [
      `${root}docs/json.md`,
      `${[introduction, eventTable(events), behind, ...documentSections(documents)].join("\n\n")}\n`,
    ],
  ]);
}

/** Records and lists that hold no others stand on a line. */
function schemaText(schema: Schema): string {
  const whole = { $schema: "https://json-schema.org/draft/2020-12/schema", ...schema };
  const folded = JSON.stringify(whole, null, 2).replace(
    /([[{])\n\s+([^[\]{}]+?)\n\s+([\]}])/g,
    (all, open, inner, close) => {
      const space = open === "{" ? " " : "";
      const line = `${open}${space}${inner.replace(/\n\s+/g, " ")}${space}${close}`;
      return line.length > 80 ? all : line;
    },
  );
  return `${folded}\n`;
}

const introduction = `# Output for programs

<!-- Made by scripts/schemas.ts from the types of the sources. Changes are overwritten. -->

With \`--json\` every task prints JSON, an object a line, to standard output. Each line is an event; the last one is the task's result, or the
error that ended it. The exit status is the same as without \`--json\`. [As a library](library.md), a task gives the same events but for \`error\`, which is
thrown.

\`\`\`text
{"type":"step","title":"Read the facts"}
{"type":"warning","text":"web: its clock is 40 s behind","hint":"Set it"}
{"type":"result","value":{"app":"shop","released":true}}
\`\`\`

\`schema/\` holds a JSON schema (draft 2020-12) of each line, [events.json](../schema/events.json), and of each built-in task's result,
\`schema/TASK.json\`. The tests check all that the tasks print against them, and allow no field that they do not name.

## What may change

Any version may add:

- a field to a record, also of the configuration,
- a value to a text that has a list of values, a type of event, a task,
- another form of a result for a new option.

So ignore fields and events that you do not know; the schemas allow them. A field keeps its name, its type and its meaning, and one that is never
absent stays so. A change that breaks this stands in the changelog under "Changed", and needs a new major version, or below 1.0 a new minor one. Texts for
people (\`text\`, \`message\`, \`hint\`, \`says\`, titles of steps) change at any time: do not read them by program.

## Events`;

const behind =
  `The configuration of a user's own task decides about its result: \`ctx.ui.result(value, text)\`.`;

if (import.meta.main) {
  await Deno.mkdir(schemaDirectory, { recursive: true });
  for (const [file, text] of await schemaFiles()) await Deno.writeTextFile(file, text);
}
