// The page about what `--json` prints, from the schemas.

import type { Schema } from "./schema.ts";

/** A section for each document; a type stands where it is named first. */
export function documentSections(schemas: ReadonlyMap<string, Schema>): string[] {
  const told = new Set<string>();
  return [...schemas].flatMap(([name, schema]) => [
    `## ${name}`,
    `${schema.description ?? ""} Schema: [${name}.json](../schema/${name}.json).`.trim(),
    ...schema.properties === undefined ? [`Value: ${typeText(schema)}.`] : [table(schema)],
    ...Object.entries(schema.$defs ?? {}).flatMap(([type, one]) => {
      if (told.has(type)) return [];
      told.add(type);
      const fields = Object.keys(one.properties ?? {}).length === 0 ? "" : table(one);
      return [`### Type \`${type}\``, one.description ?? "", fields];
    }),
  ]).filter((part) => part !== "");
}

/** A row for each kind of event. */
export function eventTable({ anyOf = [], $defs = {} }: Schema): string {
  const rows = anyOf.map((one) => $defs[one.$ref?.split("/").at(-1) ?? ""] ?? one).map(
    ({ properties = {}, required = [] }) => {
      const { type = {}, ...others } = properties;
      const fields = Object.entries(others).map(([name, { description }]) => {
        const note = [
          ...required.includes(name) ? [] : ["may be absent"],
          ...description === undefined ? [] : [lower(description)],
        ];
        return `\`${name}\`${note.length === 0 ? "" : ` (${note.join("; ")})`}`;
      });
      return `| \`${type.enum?.[0]}\` | ${cell(type.description ?? "")} | ${fields.join(", ")} |`;
    },
  );
  return ["| `type` | what happened | other fields |", "| --- | --- | --- |", ...rows].join("\n");
}

function table(schema: Schema): string {
  return ["| field | type | meaning |", "| --- | --- | --- |", ...rows(schema, "")].join("\n");
}

/** A row a field; those of a record without a name follow it. */
function rows({ properties = {}, required = [] }: Schema, path: string): string[] {
  return Object.entries(properties).flatMap(([name, one]) => {
    const absent = required.includes(name) ? "" : ", may be absent";
    return [
      `| \`${path}${name}\` | ${cell(typeText(one))}${absent} | ${cell(one.description ?? "")} |`,
      ...inner(one).flatMap(([mark, record]) => rows(record, `${path}${name}${mark}.`)),
    ];
  });
}

/** The records without a name in a type, and how their path goes on. */
function inner(schema: Schema): (readonly [mark: string, record: Schema])[] {
  if (schema.properties !== undefined) return [["", schema]];
  if (schema.anyOf !== undefined) return schema.anyOf.flatMap(inner);
  const [mark, part] = schema.items ? ["[]", schema.items] : [".NAME", schema.additionalProperties];
  return part === undefined ? [] : inner(part).map(([more, record]) => [`${mark}${more}`, record] as const);
}

function typeText(
  { $ref, type, enum: values, anyOf, items, prefixItems, additionalProperties, properties }: Schema,
): string {
  if ($ref !== undefined) {
    const name = $ref.split("/").at(-1) ?? "";
    return `[\`${name}\`](#type-${name.toLowerCase()})`;
  }
  if (anyOf !== undefined) return anyOf.map(typeText).join(" or ");
  if (values !== undefined) return values.map((value) => `\`${JSON.stringify(value)}\``).join(" or ");
  if (prefixItems !== undefined) return `[${prefixItems.map(typeText).join(", ")}]`;
  if (items) return `list of ${/ or /.test(typeText(items)) ? `(${typeText(items)})` : typeText(items)}`;
  if (properties !== undefined) return "record";
  if (additionalProperties !== undefined) return `record by name: ${typeText(additionalProperties)}`;
  if (type === undefined) return "anything";
  return [type].flat().join(" or ");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function lower(sentence: string): string {
  const text = sentence.replace(/\.$/, "");
  return text.charAt(0).toLowerCase() + text.slice(1);
}
