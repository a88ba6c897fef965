// Writes the types of the configuration from its declared fields, below a mark in `user_*.ts` (what a user writes)
// and `types.ts` (what becomes of it) of `lib/config/field/`. `deno run -A scripts/config_types.ts`

import { accessory } from "../lib/config/sections/accessory_fields.ts";
import { buildJail, jailBuild } from "../lib/config/sections/build_jail.ts";
import { configuration } from "../lib/config/config.ts";
import { limitFields } from "../lib/config/sections/jail.ts";
import {
  type AnyField,
  type Declared,
  type Fields,
  resolvedName,
  type Shape,
} from "../lib/config/field/schema.ts";

type Documented = NonNullable<AnyField["records"]>[number];

const mark = "// Made by scripts/config_types.ts from the declared fields; changes below are overwritten.\n";

/** The types of each file. */
const files: readonly (readonly [name: string, types: () => string])[] = [
  ["user_types.ts", () => userType(configuration)],
  ["user_sections.ts", () => recordsOf(own("sections")).filter(notShared).map(userType).join("\n")],
  ["user_requests.ts", () => recordsOf(own("requests")).map(userType).join("\n")],
  ["user_named.ts", () => recordsOf(own("named")).map(userType).join("\n")],
  ["user_accessory.ts", () => `${userType(accessory)}\n${userType(limitFields)}\n${resolvedAccessory()}`],
  ["types.ts", () => `${resolvedBuild()}\n${config()}`],
];

/** The texts that the files of types must have, by their paths. */
export async function configTypes(): Promise<ReadonlyMap<URL, string>> {
  const texts = files.map(async ([name, types]) => {
    const file = new URL(`../lib/config/field/${name}`, import.meta.url);
    const [head] = (await Deno.readTextFile(file)).split(mark);
    return [file, `${head}${mark}\n${types()}`] as const;
  });
  return new Map(await Promise.all(texts));
}

function config(): string {
  const more = `  /** Directory of the Alcaidefile; relative paths start here. */
  readonly directory: string;
  /** What \`-e\` chose. */
  readonly environment: string | undefined;
`;
  const rows = `${rowsOf(configuration.fields)}${more}`;
  return resolvedType("Config", "The resolved configuration: complete, checked, read-only.", rows);
}

function resolvedAccessory(): string {
  const { check: _, ...fields } = accessory.fields;
  const name = "  /** Its name: `db`. */\n  readonly name: string;\n";
  return resolvedType("Accessory", "An accessory in the resolved configuration.", name + rowsOf(fields));
}

function resolvedBuild(): string {
  const kind = '  /** Tells it from the other ways to a release. */\n  readonly kind: "jail";\n';
  const { erlang } = jailBuild.fields;
  const rows = kind + rowsOf({ ...buildJail.fields, erlang });
  return resolvedType("JailBuild", "A build in a jail, resolved.", rows);
}

function resolvedType(name: string, text: string, rows: string): string {
  return `${comment(text)}export interface ${name} {\n${rows}}\n`;
}

function rowsOf(fields: Fields): string {
  return Object.entries(fields).map(resolvedField).join("");
}

/** The fields that hold records by name, those about visitors' requests, or the others. */
function own(file: "named" | "requests" | "sections"): Pick<Shape, "fields"> {
  const fields = Object.entries<AnyField>(configuration.fields).filter(([key, { type }]) => {
    if (type.startsWith("Record<")) return file === "named";
    return file === (["domain", "proxy", "assets"].includes(key) ? "requests" : "sections");
  });
  return { fields: Object.fromEntries(fields) };
}

/** Accessories have limits, too, and their types import none of the rest. */
function notShared({ name }: Documented): boolean {
  return name !== limitFields.name;
}

/** All records that a record holds. */
function recordsOf({ fields }: Pick<Shape, "fields">): Documented[] {
  return Object.values(fields).flatMap(({ records = [] }) =>
    records.flatMap((one) => [one, ...recordsOf(one)])
  );
}

function userType({ name, text, or, fields }: Documented): string {
  const rows = Object.entries(fields).map(userField).join("");
  const begin = or === undefined ? `export interface ${name} {` : `export type ${name} = ${or} | {`;
  return `${comment(text)}${begin}\n${rows}}${or === undefined ? "" : ";"}\n`;
}

function userField([name, field]: [string, AnyField]): string {
  return `${comment(meaning(field), "  ")}  ${name}${field.required ? "" : "?"}: ${field.type};\n`;
}

/** A field's meaning and default. */
function meaning({ text, otherwise }: AnyField): string {
  return otherwise === undefined ? text : `${text} Default: ${otherwise}.`;
}

function resolvedField([name, field]: [string, AnyField]): string {
  const { text, resolved = `${text.replace(/[,:;.] [^]*|\.$/, "")}.` } = field;
  return `${comment(resolved, "  ")}  readonly ${resolvedName(name, field)}: ${becomes(field)};\n`;
}

function becomes({ becomes: whole, records: [record] = [] }: Declared<unknown>, indent = "  "): string {
  if (whole !== "") return whole;
  const inner = `${indent}  `;
  const rows = Object.entries(record?.fields ?? {}).map(([name, field]) =>
    `${field.resolved === undefined ? "" : comment(field.resolved, inner)}${inner}readonly ${name}: ${
      becomes(field, inner)
    };\n`
  );
  return `{\n${rows.join("")}${indent}}`;
}

/** A doc comment, broken into lines of 120 characters. */
function comment(text: string, indent = ""): string {
  if (`${indent}/** ${text} */`.length <= 120) return `${indent}/** ${text} */\n`;
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = `${lines.pop()}`;
    const longer = line === "" ? word : `${line} ${word}`;
    if (`${indent} * ${longer}`.length <= 120) lines.push(longer);
    else lines.push(line, word);
  }
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join("")}${indent} */\n`;
}

if (import.meta.main) {
  for (const [file, text] of await configTypes()) await Deno.writeTextFile(file, text);
}
