// A declared field is one value that says how the field is read, what becomes of it, how it is shown and what documents say
// of it. Types, the reference and the file that `init` writes are made from it.

import { type Field, record } from "./field.ts";
import type { Config } from "./types.ts";

/** The rest of the configuration, as the reader of a field may ask for it. */
export interface Around {
  /** Directory of the Alcaidefile. */
  readonly directory: string;
  /** The other fields, resolved; each is read when it is first asked for. */
  readonly config: Pick<
    Config,
    "app" | "servers" | "domains" | "redirects" | "jail" | "health" | "volumes" | "start" | "stopTimeout"
  >;
  /** The value written in another field. */
  given(name: string): Field;
  /** Makes something that several fields ask for, the first time that it is asked for. */
  once<T>(make: (around: Around) => T): T;
}

/** A name and a text: `["jail.port", "4000"]`. */
export type Row = readonly [name: string, value: string];

/** The values of an app that `init` knows. */
export interface Known {
  readonly server?: string | undefined;
  readonly domain?: string | undefined;
}

/** The documentation of a field. */
export interface About {
  /** Its meaning: sentences for the editor and the reference. */
  readonly text: string;
  /** The default in words, where it is not a constant. */
  readonly otherwise?: string;
  /** The resolved form in words, where its meaning doesn't say it: `Milliseconds.` */
  readonly resolved?: string;
  /** The range of a number, in words: `From 1 to 65535.` */
  readonly limits?: string;
  readonly required?: boolean;
  /** How the file that `init` writes shows it, for an app of a name and what is known of it. */
  readonly init?: (app: string, known?: Known) => string;
}

/** A field as it is declared. */
export interface Declared<T> extends About {
  /** The type that a user writes, in TypeScript. */
  readonly type: string;
  /** The same for the reference, where it differs: records as `{ … }`. */
  readonly form?: string;
  /** The resolved type, in TypeScript. */
  readonly becomes: string;
  /** The records that may be written. */
  readonly records?: readonly Pick<Shape, "name" | "text" | "or" | "fields">[];
  /** Reads it, and notes what is wrong with it. */
  read(field: Field, around: Around): T;
  show(name: string, value: T): readonly Row[];
}

// deno-lint-ignore no-explicit-any -- a field of whatever type: unknown would refuse their show()
export type AnyField = Declared<any>;

/** Fields by name. */
export type Fields = Readonly<Record<string, AnyField>>;

/** The resolved fields; one that is renamed stands under its new name. */
export type Values<F extends Fields> = {
  readonly [K in keyof F as F[K] extends { readonly as: infer Name extends string } ? Name : K]: F[K] extends
    Declared<infer T> ? T : never;
};

/** A record as it is declared. */
export interface Shape<F extends Fields = Fields> {
  /** Name of its type: `UserHealth`. */
  readonly name: string;
  readonly text: string;
  /** A type that may be written in its place, in TypeScript. */
  readonly or?: string;
  /** The right form, after "Give": `a record such as { path: "/health" }`. */
  readonly wanted: string;
  /** Its fields, in the order of documents. */
  readonly fields: F;
  /** Looks at the whole once its fields are read. */
  check?(values: Values<F>, fields: Readonly<Record<keyof F & string, Field>>): void;
}

/** Declares a record. */
export function shape<F extends Fields>(declared: Shape<F>): Shape<F> {
  return declared;
}

/** The same field under another name in what becomes of the configuration. */
export function renamed<T, Name extends string>(
  as: Name,
  declared: Declared<T>,
): Declared<T> & { readonly as: Name } {
  return { ...declared, as };
}

/** The name of a field in what becomes of the configuration. */
export function resolvedName(key: string, field: AnyField): string {
  return "as" in field ? String(field.as) : key;
}

/** The names of fields. */
export function keysOf<F extends Fields>(fields: F): readonly (keyof F & string)[] {
  return Object.keys(fields);
}

/** Reads a record; one that is absent has all its defaults, as has one that is none. */
export function readShape<F extends Fields>(declared: Shape<F>, field: Field, around: Around): Values<F> {
  const { fields, wanted } = declared;
  const given = field.value === undefined ? { ...field, value: {} } : field;
  const found = record(given, keysOf(fields), wanted);
  // Where there is no record, its fields aren't worth a word.
  const nothing: Field = { path: "", value: undefined, problems: [] };
  const values = readFields(fields, (key) => found?.[key] ?? nothing, around);
  if (found !== undefined) declared.check?.(values, found);
  return values;
}

/** Reads fields from where they are. */
export function readFields<F extends Fields>(
  fields: F,
  at: (key: keyof F & string) => Field,
  around: Around,
): Values<F> {
  const read = Object.entries(fields).map((
    [key, field],
  ) => [resolvedName(key, field), field.read(at(key), around)]);
  return Object.fromEntries(read) as Values<F>;
}

/** Shows fields below a name. */
export function showFields(fields: Fields, values: Readonly<Record<string, unknown>>, name?: string): Row[] {
  return Object.entries(fields).flatMap(([key, field]) => {
    const own = name === undefined ? key : `${name}.${key}`;
    return [...field.show(own, values[resolvedName(key, field)])];
  });
}
