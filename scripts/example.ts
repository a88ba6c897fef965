// Reads `Alcaidefile.ts.example`: which fields it shows, with what values, and its code without the comment marks.
//
// A field stands on a line of its own, behind `// ` unless it belongs to the first configuration, with its meaning at the
// end of the line. Prose stands in block comments, code of later levels behind `// ` at the margin.

/** A field as the example shows it. */
export interface ExampleField {
  /** Its path: `jail.port`. */
  readonly path: string;
  /** Its value, on one line. */
  readonly value: string;
  /** The comment at the end of its line. */
  readonly meaning: string;
}

/** The example, taken apart. */
export interface Example {
  /** Every field in order; one that has several forms stands there several times. */
  readonly fields: readonly ExampleField[];
  /** One configuration for each optional field: the first one with that field added or replaced. */
  readonly variants: readonly { readonly name: string; readonly text: string }[];
  /** The whole file with the code of all levels in force. */
  readonly program: string;
}

/** A field at the top with the lines that it takes. */
interface Block {
  readonly key: string;
  readonly optional: boolean;
  readonly lines: readonly string[];
}

/** Takes the example apart. */
export function readExample(text: string): Example {
  const [head = "", rest = ""] = text.split(/^export default defineConfig\(\{\n/m);
  const [body = "", tail = ""] = rest.split(/^\}\);\n/m);
  const blocks = blocksOf(body);
  return {
    fields: blocks.flatMap(fieldsOf),
    variants: blocks.map((block, index) => ({
      name: `${block.key} (${index})`,
      text: configText(baseFor(block, blocks), block),
    })),
    program: `${head}export default defineConfig({\n${body}});\n${tail.replace(/^\/\/ ?/gm, "")}`,
  };
}

/** Further text of the first configuration. With several servers its accessory would have to name one. */
function baseFor(block: Block, blocks: readonly Block[]): Block[] {
  const several = block.lines[0]?.includes("server: [") ?? false;
  return blocks.filter((b) => !b.optional && b.key !== block.key && !(several && b.key === "accessories"));
}

function configText(base: readonly Block[], block: Block): string {
  const lines = [...base, block].flatMap((one) => one.lines);
  return `import { defineConfig, phoenix, postgresql, redis, secret, secrets, secretText, secretUrl, service } from "alcaide";\n\n` +
    `export default defineConfig({\n${lines.join("\n")}\n});\n`;
}

/** A block begins with a key at the outer level and ends where its brackets do. */
function blocksOf(body: string): Block[] {
  const blocks: { key: string; optional: boolean; lines: string[] }[] = [];
  for (const line of body.split("\n")) {
    const optional = line.startsWith("  // ");
    const code = optional ? `  ${line.slice(5)}` : line;
    const key = /^ {2}(\w+): /.exec(code)?.[1];
    if (key !== undefined) blocks.push({ key, optional, lines: [code] });
    else if (/^ {2,}(\w+: |[}\]])/.test(code)) blocks.at(-1)?.lines.push(code);
  }
  return blocks;
}

function fieldsOf({ key, lines }: Block): ExampleField[] {
  const parts = lines.map(split);
  const [first, ...inner] = parts;
  if (first === undefined) return [];
  if (inner.length === 0) {
    return [{ path: key, value: first.value, meaning: first.meaning }, ...inLine(key, first)];
  }
  const rows = inner.filter((part) => part.key !== "");
  const value = `{ ${rows.map((row) => `${row.key}: ${row.value}`).join(", ")} }`;
  return [
    { path: key, value, meaning: first.meaning },
    ...rows.map((row) => ({ path: `${key}.${row.key}`, value: row.value, meaning: row.meaning })),
  ];
}

/** The field of a record that stands on one line. */
function inLine(outer: string, { value, meaning }: Pick<ExampleField, "value" | "meaning">): ExampleField[] {
  const [, key, inner] = /^\{ (\w+): (.*) \}$/.exec(value) ?? [];
  return key === undefined || inner === undefined ? [] : [{ path: `${outer}.${key}`, value: inner, meaning }];
}

function split(line: string): { key: string; value: string; meaning: string } {
  const [, key = "", rest = ""] = /^\s*(\w+): (.*)$/.exec(line) ?? [];
  // The meaning begins at the last mark that follows code: a URL has one, too, but no blank before it.
  const at = rest.lastIndexOf(" // ");
  const value = (at < 0 ? rest : rest.slice(0, at)).replace(/,$/, "");
  return { key, value, meaning: at < 0 ? "" : rest.slice(at + 4) };
}
