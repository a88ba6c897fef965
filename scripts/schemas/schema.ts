// JSON schemas from types: of what JSON.stringify() makes of their values.

import type { Declaration, Names, Property, TsType } from "./types.ts";

/** A JSON schema, as far as ours go. */
export interface Schema {
  readonly description?: string;
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema | false;
  readonly prefixItems?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/** Types that are texts in JSON. */
const texts = ["Secret", "Command"];

/** The schema of an exported type, with those of the interfaces in it. */
export function schemaOf(names: Names, name: string, file: string): Schema {
  return new Maker(names).whole(name, file);
}

class Maker {
  readonly #names: Names;
  readonly #defs = new Map<string, { readonly from: Declaration; schema: Schema }>();

  constructor(names: Names) {
    this.#names = names;
  }

  whole(name: string, file: string): Schema {
    const { description, ...schema } = this.#declared(this.#names(name, file)) ?? {};
    const used = new Map<string, Schema>();
    const collect = (one: Schema) => {
      for (const [, key = ""] of JSON.stringify(one).matchAll(/"#\/\$defs\/(\w+)"/g)) {
        const found = this.#defs.get(key)?.schema;
        if (found === undefined || used.has(key)) continue;
        used.set(key, found);
        collect(found);
      }
    };
    collect(schema);
    return {
      ...description === undefined ? {} : { description },
      ...schema,
      ...used.size === 0 ? {} : { $defs: Object.fromEntries(used) },
    };
  }

  /** Undefined for functions, which JSON leaves out. */
  #type({ kind, value, repr }: TsType, file: string): Schema | undefined {
    switch (kind) {
      case "keyword":
        return keyword(value);
      case "literal":
        return value.kind === "template" ? { type: "string" } : { enum: [value[value.kind]] };
      case "parenthesized":
        return this.#type(value, file);
      case "typeOperator":
        return value.operator === "keyof"
          ? { enum: Object.keys(this.#object(value.tsType, file).properties ?? {}) }
          : this.#type(value.tsType, file);
      case "array":
        return list(this.#type(value, file));
      case "tuple": {
        const prefixItems = value.map((one: TsType) => this.#type(one, file) ?? {});
        return { type: "array", prefixItems, items: false };
      }
      case "union":
        return union(value.map((one: TsType) => this.#type(one, file)));
      case "intersection":
        return merged(value.map((one: TsType) => this.#object(one, file)));
      case "typeLiteral":
        return this.#properties(value.properties, file);
      case "typeQuery":
        return this.#declared(this.#names(value, file));
      case "indexedAccess":
        return this.#part(value.objType, value.indexType, file);
      case "typeRef":
        return this.#reference(value, file);
      case "fnOrConstructor":
        return undefined;
    }
    throw new Error(`Cannot make a schema of ${repr || kind} in ${file}`);
  }

  #reference({ typeName, typeParams: [first, second] = [], resolution }: Reference, file: string) {
    if (texts.includes(typeName)) return { type: "string" };
    if (resolution === undefined && first !== undefined) return this.#builtIn(typeName, first, second, file);
    const from = resolution?.kind === "import" ? new URL(resolution.specifier, file).href : file;
    const declaration = this.#names(resolution?.name ?? typeName, from);
    if (declaration.kind !== "interface") return this.#declared(declaration);
    const known = this.#defs.get(typeName);
    if (known === undefined) {
      const entry = { from: declaration, schema: {} };
      this.#defs.set(typeName, entry);
      entry.schema = this.#declared(declaration) ?? {};
    } else if (known.from.location.filename !== declaration.location.filename) {
      throw new Error(`Cannot make a schema: it has two types ${typeName}, the second in ${from}`);
    }
    return { $ref: `#/$defs/${typeName}` };
  }

  /** A type of TypeScript's own. */
  #builtIn(name: string, first: TsType, second: TsType | undefined, file: string): Schema | undefined {
    if (name === "Readonly") return this.#type(first, file);
    if (name === "Array" || name === "ReadonlyArray") return list(this.#type(first, file));
    const keys = () => (this.#type(second ?? first, file)?.enum ?? []).map(String);
    if (name === "Pick") return only(this.#object(first, file), (key) => keys().includes(key));
    if (name === "Omit") return only(this.#object(first, file), (key) => !keys().includes(key));
    if (name === "Partial") return { ...this.#object(first, file), required: [] };
    if (name !== "Record" || second === undefined) {
      throw new Error(`Cannot make a schema of ${name} in ${file}`);
    }
    const value = this.#type(second, file) ?? {};
    const named = this.#type(first, file)?.enum?.map(String);
    if (named === undefined) return { type: "object", additionalProperties: value };
    return {
      type: "object",
      properties: Object.fromEntries(named.map((key) => [key, value])),
      required: named,
    };
  }

  #part(whole: TsType, index: TsType, file: string): Schema {
    const key = index.kind === "literal" ? index.value.string : undefined;
    const schema = key === undefined
      ? this.#type(whole, file)?.items
      : this.#object(whole, file).properties?.[key];
    if (!schema) throw new Error(`Cannot make a schema of a part of a type in ${file}`);
    return schema;
  }

  /** An object's own schema, never a reference to it. */
  #object(type: TsType, file: string): Schema {
    const schema = this.#type(type, file) ?? {};
    const name = schema.$ref?.split("/").at(-1);
    return name === undefined ? schema : this.#defs.get(name)?.schema ?? {};
  }

  #declared({ kind, location: { filename }, jsDoc, def }: Declaration): Schema | undefined {
    const own = def.tsType === undefined
      ? this.#properties(def.properties ?? [], filename)
      : this.#type(def.tsType, filename);
    if (own === undefined) return undefined;
    const bases = (def.extends ?? []).map((base) => this.#object(base, filename));
    const schema = bases.length === 0 ? own : merged([...bases, own]);
    return kind === "variable" ? schema : { ...described(jsDoc?.doc), ...schema };
  }

  #properties(all: readonly Property[], file: string): Schema {
    const found = all.map(({ name, optional = false, jsDoc, tsType }) => {
      const schema = this.#type(tsType, file);
      const left = tsType.kind === "union" && tsType.value.some((one: TsType) => !this.#type(one, file));
      return { name, schema: schema && { ...schema, ...described(jsDoc?.doc) }, optional: optional || left };
    }).flatMap(({ schema, ...rest }) => schema === undefined ? [] : [{ ...rest, schema }]);
    return {
      type: "object",
      properties: Object.fromEntries(found.map(({ name, schema }) => [name, schema])),
      required: found.filter(({ optional }) => !optional).map(({ name }) => name),
    };
  }
}

interface Reference {
  readonly typeName: string;
  readonly typeParams?: readonly TsType[];
  readonly resolution?: { readonly kind: string; readonly specifier: string; readonly name?: string };
}

/** An undefined value that isn't left out is null. */
function keyword(name: string): Schema {
  if (name === "unknown" || name === "any") return {};
  return { type: name === "undefined" ? "null" : name };
}

function list(items: Schema = {}): Schema {
  return { type: "array", items };
}

function union(all: readonly (Schema | undefined)[]): Schema | undefined {
  const found = all.filter((one) => one !== undefined).flatMap((one) =>
    one.anyOf !== undefined ? one.anyOf : Array.isArray(one.type) ? one.type.map((type) => ({ type })) : [one]
  );
  if (found.length === 0) return undefined;
  const values = found.flatMap((one) => one.enum ?? []);
  const types = [...new Set(found.filter(isPlain).map(({ type }) => `${type}`))];
  const others = found.filter((one) => one.enum === undefined && !isPlain(one));
  const nothing = types.length === 1 && types[0] === "null" && values.length > 0;
  const parts: Schema[] = [
    ...others,
    ...values.length === 0 ? [] : [{ enum: nothing ? [...values, null] : values }],
    ...types.length === 0 || nothing ? [] : [{ type: types.length === 1 ? `${types[0]}` : types }],
  ];
  return parts.length === 1 ? parts[0] : { anyOf: parts };
}

/** True for a schema that names a type and nothing else. */
function isPlain({ description: _, ...schema }: Schema): boolean {
  return typeof schema.type === "string" && Object.keys(schema).length === 1;
}

function merged(all: readonly Schema[]): Schema {
  return {
    type: "object",
    properties: Object.assign({}, ...all.map(({ properties }) => properties)),
    required: [...new Set(all.flatMap(({ required = [] }) => required))],
  };
}

function only(schema: Schema, wanted: (key: string) => boolean): Schema {
  return {
    type: "object",
    properties: Object.fromEntries(Object.entries(schema.properties ?? {}).filter(([key]) => wanted(key))),
    required: (schema.required ?? []).filter(wanted),
  };
}

function described(doc = ""): { description?: string } {
  const text = doc.replace(/\{@link(?:code)? ([^}]*)\}/g, "`$1`").replace(/\s+/g, " ")
    .replace(/\b(u|U)ndefined\b/g, (_, letter) => letter === "u" ? "null" : "Null").trim();
  return text === "" ? {} : { description: text };
}
