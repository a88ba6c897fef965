/**
 * Writes `docs/configuration.md` from the doc comments of `lib/config/types.ts` and the values of
 * `Alcaidefile.ts.example`. `deno run -A scripts/reference.ts`
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import { type ExampleField, readExample } from "./example.ts";

const root = fromFileUrl(new URL("../", import.meta.url));

/** Where the reference is. */
export const referenceFile: string = `${root}docs/configuration.md`;

/** A field of the configuration, as its type describes it. */
export interface FieldDoc {
  /** Where it is: `jail.port`. */
  readonly path: string;
  /** Its type in TypeScript. */
  readonly type: string;
  /** True when it may be left out. */
  readonly optional: boolean;
  /** Its doc comment on one line, without the default. */
  readonly text: string;
  /** The default that its doc comment tells. */
  readonly fallback: string | undefined;
}

/** The parts of `deno doc --json` that are used here. */
interface DocType {
  readonly kind: string;
  readonly repr?: string;
  readonly value?: unknown;
}

interface DocProperty {
  readonly name: string;
  readonly optional?: boolean;
  readonly tsType: DocType;
  readonly jsDoc?: { readonly doc?: string };
}

interface DocSymbol {
  readonly name: string;
  readonly declarations: readonly {
    readonly kind: string;
    readonly jsDoc?: { readonly doc?: string };
    readonly def: { readonly properties?: readonly DocProperty[]; readonly tsType?: DocType };
  }[];
}

type Symbols = ReadonlyMap<string, DocSymbol>;

/** All fields of the configuration, in the order of the types; those of a record follow it. */
export async function readFields(): Promise<FieldDoc[]> {
  const symbols = await readSymbols(`${root}lib/config/types.ts`);
  return propertiesOf("UserConfig", symbols).flatMap((property) => [
    describe(property, property.name, symbols),
    ...records(property.tsType, symbols).map((inner) =>
      describe(inner, `${property.name}.${inner.name}`, symbols)
    ),
  ]);
}

async function readSymbols(file: string): Promise<Symbols> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", file],
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`Cannot read the types: ${decoder.decode(stderr).trim()}`);
  const { nodes } = JSON.parse(decoder.decode(stdout)) as {
    nodes: Record<string, { symbols: DocSymbol[] }>;
  };
  const symbols = Object.values(nodes).flatMap((node) => node.symbols);
  return new Map(symbols.map((symbol) => [symbol.name, symbol]));
}

function propertiesOf(name: string, symbols: Symbols): readonly DocProperty[] {
  return symbols.get(name)?.declarations[0]?.def.properties ?? [];
}

/** The properties of every record that a type may be. */
function records(type: DocType, symbols: Symbols): DocProperty[] {
  if (type.kind === "typeLiteral") return [...(type.value as { properties: DocProperty[] }).properties];
  if (type.kind === "union") return (type.value as DocType[]).flatMap((one) => records(one, symbols));
  const name = nameOf(type);
  if (name === undefined || !name.startsWith("User")) return [];
  const alias = symbols.get(name)?.declarations[0]?.def.tsType;
  return alias === undefined ? [...propertiesOf(name, symbols)] : records(alias, symbols);
}

function nameOf(type: DocType): string | undefined {
  return type.kind === "typeRef" ? (type.value as { typeName: string }).typeName : undefined;
}

function describe(property: DocProperty, path: string, symbols: Symbols): FieldDoc {
  const doc = (property.jsDoc?.doc ?? "").replace(/\s+/g, " ").trim();
  const [, text = doc, fallback] = /^(.*?) ?Default: (.*?)\.?$/.exec(doc) ?? [];
  const type = [...new Set(forms(property.tsType, symbols))].join(" | ");
  return { path, type, optional: property.optional ?? false, text, fallback };
}

/** The forms that a value may have; a record of ours is written `{ … }`, its fields are told one by one. */
function forms(type: DocType, symbols: Symbols): string[] {
  const { kind, value, repr = "" } = type;
  if (kind === "union") return (value as DocType[]).flatMap((one) => forms(one, symbols));
  if (kind === "literal") return [JSON.stringify((value as { string: string }).string)];
  if (kind === "typeLiteral") return ["{ … }"];
  if (kind === "tuple") return [`[${(value as DocType[]).flatMap((one) => forms(one, symbols)).join(", ")}]`];
  if (kind === "array") {
    const inner = forms(value as DocType, symbols);
    return [inner.length > 1 ? `(${inner.join(" | ")})[]` : `${inner[0]}[]`];
  }
  const name = nameOf(type);
  if (name === "Record") return ["{ NAME: string | number | Secret }"];
  if (name === "Become") return ['"doas"', '"sudo"'];
  if (name === undefined || !name.startsWith("User")) return [repr];
  const alias = symbols.get(name)?.declarations[0]?.def.tsType;
  return alias === undefined ? ["{ … }"] : forms(alias, symbols);
}

/** The text of the reference. */
export async function referenceText(): Promise<string> {
  const example = readExample(await Deno.readTextFile(`${root}Alcaidefile.ts.example`));
  const sections = (await readFields()).map((field) => section(field, example.fields));
  return [introduction, ...sections].join("\n\n") + "\n";
}

function section(field: FieldDoc, examples: readonly ExampleField[]): string {
  const own = examples.filter(({ path }) => path === field.path).map(({ value }) => value);
  const level = field.path.includes(".") ? "###" : "##";
  const rows = [
    `Type: \`${field.type}\`.${
      field.optional ? "" : level === "##" ? " Required." : " Required in its record."
    }`,
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

<!-- Made by scripts/reference.ts from lib/config/types.ts and Alcaidefile.ts.example. Changes are overwritten. -->

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

\`alcaide config\` prints the configuration with all defaults, secrets masked. What is wrong with a configuration is said all
at once, each problem with its place and a hint, before any server is asked.

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
