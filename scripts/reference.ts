// Writes `docs/configuration.md` from the declared fields of the configuration and the values of `Alcaidefile.ts.example`.
// `deno run -A scripts/reference.ts`

import { fromFileUrl } from "@std/path";
import { configuration } from "../lib/config/config.ts";
import type { AnyField } from "../lib/config/field/schema.ts";
import { type ExampleField, readExample } from "./example.ts";

const root = fromFileUrl(new URL("../", import.meta.url));

/** The file of the reference. */
export const referenceFile: string = `${root}docs/configuration.md`;

/** A field of the configuration, as the reference tells it. */
export interface FieldDoc {
  /** Its path: `jail.port`. */
  readonly path: string;
  /** Its type in TypeScript; a record of ours is written `{ … }`, its fields are told one by one. */
  readonly type: string;
  /** True when it may be left out. */
  readonly optional: boolean;
  /** Its meaning. */
  readonly text: string;
  /** The range of a number. */
  readonly limits: string | undefined;
  /** Its default. */
  readonly fallback: string | undefined;
}

/** All fields of the configuration, in the order of their declaration; those of a record follow it. */
export function readFields(): FieldDoc[] {
  return Object.entries(configuration.fields).flatMap(([name, field]: [string, AnyField]) => [
    describe(name, field),
    ...(field.records ?? []).flatMap(({ fields }) =>
      // Of records by name, the name is the user's.
      Object.entries(fields).map(([key, inner]) =>
        describe(`${name}${field.form?.startsWith("{ NAME") ? ".NAME" : ""}.${key}`, inner)
      )
    ),
  ]);
}

function describe(path: string, field: AnyField): FieldDoc {
  const { type, form = type, required = false, text, limits, otherwise } = field;
  return { path, type: form, optional: !required, text, limits, fallback: otherwise };
}

/** The text of the reference. */
export async function referenceText(): Promise<string> {
  const example = readExample(await Deno.readTextFile(`${root}Alcaidefile.ts.example`));
  const sections = readFields().map((field) => section(field, example.fields));
  return [introduction, ...sections].join("\n\n") + "\n";
}

function section(field: FieldDoc, examples: readonly ExampleField[]): string {
  const own = examples.filter(({ path }) => path === field.path).map(({ value }) => value);
  const level = field.path.includes(".") ? "###" : "##";
  const rows = [
    `Type: \`${field.type}\`.${
      field.optional ? "" : level === "##" ? " Required." : " Required in its record."
    }${field.limits === undefined ? "" : ` ${field.limits}`}`,
    ...(field.fallback === undefined ? [] : [`Default: ${field.fallback}.`]),
    ...(own.length === 0 ? [] : [`Example: ${own.map((value) => written(field.path, value)).join(" or ")}`]),
  ];
  return `${level} \`${field.path}\`\n\n${field.text}\n\n${rows.map((row) => `- ${row}`).join("\n")}`;
}

/** A field as it stands in its record: `port: 4000`. */
function written(path: string, value: string): string {
  return `\`${path.split(".").at(-1)}: ${value}\``;
}

const introduction = `# The configuration

<!-- Made by scripts/reference.ts from lib/config/config.ts and Alcaidefile.ts.example. Changes are overwritten. -->

The default export of \`Alcaidefile.ts\` is the configuration. \`alcaide\` looks for the file in the working directory and the
directories above it; \`-c FILE\` names another one. Relative paths start at the directory of the file.

\`\`\`ts
import { defineConfig } from "alcaide";

export default defineConfig({
  app: "shop",
  server: "root@203.0.113.7",
  build: { prebuilt: "dist" },
});
\`\`\`

\`alcaide config\` prints the configuration with all defaults, secrets masked. All problems of a
configuration are told at once, each with its place and a hint, before any server is asked.

A configuration that depends on the environment is a function. \`alcaide deploy -e staging\` hands it \`"staging"\`; without
\`-e\` it gets \`undefined\`.

\`\`\`ts
import { defineConfig } from "alcaide";

export default defineConfig(({ environment }) => ({
  app: environment === "staging" ? "shop_staging" : "shop",
  server: "root@203.0.113.7",
  domain: environment === "staging" ? "staging.example.com" : "shop.example.com",
  build: { prebuilt: "dist" },
}));
\`\`\`

A value that must not be printed is wrapped: \`secret(Deno.env.get("SECRET_KEY_BASE") ?? "")\`. It reaches the server on
standard input and lies there in files that only root reads; it stands in no argument list, log or error.

The fields in the order of their type, \`UserConfig\`. A name with a dot is a field of a record.`;

if (import.meta.main) await Deno.writeTextFile(referenceFile, await referenceText());
