// Kinds of fields: each makes a declared field of what is particular to it.

import { list as listText } from "../../core/text.ts";
import {
  type Check,
  choice as readChoice,
  type Complaint,
  describe,
  type Field,
  list,
  matching,
  number as readNumber,
  type NumberOptions,
  refuse,
  refuseTwins,
  text as readText,
  type TextOptions,
} from "./field.ts";
import {
  type About,
  type Around,
  type Declared,
  type Fields,
  readShape,
  type Row,
  type Shape,
  showFields,
  type Values,
} from "./schema.ts";

/** How to declare a text. */
export interface StringOptions extends About, Omit<TextOptions, "fallback" | "required"> {
  readonly fallback?: string | ((around: Around) => string);
  /** The value made of the text. */
  readonly plain?: (text: string, around: Around) => string;
}

/** A text that is always there at the end. */
export function string(options: StringOptions): Declared<string> {
  const { fallback = "", plain = (text: string) => text } = options;
  return {
    ...options,
    ...typeof fallback === "string" && fallback !== "" ? { otherwise: `\`${fallback}\`` } : {},
    type: "string",
    becomes: "string",
    read: (field, around) => {
      const without = typeof fallback === "string" ? fallback : fallback(around);
      const read = readText(field, { ...options, fallback: without });
      return read === "" ? read : plain(read, around);
    },
    show: row,
  };
}

/** A text that may be absent at the end; `absent` is shown then. */
export function optionalString(options: StringOptions & { absent?: string }): Declared<string | undefined> {
  const { read, ...rest } = string(options);
  return {
    ...rest,
    becomes: "string | undefined",
    read: (field, around) => read(field, around) || undefined,
    show: (name, value) => row(name, value ?? options.absent ?? ""),
  };
}

/** A whole number. */
export function integer(options: About & NumberOptions): Declared<number> {
  return {
    otherwise: String(options.fallback),
    limits: limitsOf(options),
    ...options,
    type: "number",
    becomes: "number",
    read: (field) => readNumber(field, options),
    show: (name, value) => row(name, options.unit === "seconds" ? `${value} s` : String(value)),
  };
}

function limitsOf({ range: [least, most] }: Pick<NumberOptions, "range">): string {
  return `From ${least} to ${most}.`;
}

/** A whole number without a default. */
export function optionalInteger(
  options: About & Omit<NumberOptions, "fallback">,
): Declared<number | undefined> {
  return {
    limits: limitsOf(options),
    ...options,
    type: "number",
    becomes: "number | undefined",
    read: (field) =>
      field.value === undefined ? undefined : readNumber(field, { ...options, fallback: options.range[0] }),
    show: (name, value) => row(name, String(value ?? "")),
  };
}

/** A duration: seconds for the user, milliseconds for the program. */
export function seconds(options: About & Omit<NumberOptions, "unit">): Declared<number> {
  const declared = integer({ ...options, unit: "seconds" });
  return {
    ...declared,
    resolved: "Milliseconds.",
    read: (field, around) => declared.read(field, around) * 1000,
    show: (name, value) => row(name, `${value / 1000} s`),
  };
}

/** One of several texts. */
export function choice<T extends string>(
  options: About & { choices: readonly T[]; type: string },
): Declared<T | undefined> {
  return {
    ...options,
    form: options.choices.map((one) => `"${one}"`).join(" | "),
    becomes: `${options.type} | undefined`,
    read: (field) => readChoice(field, options.choices),
    show: (name, value) => row(name, value ?? ""),
  };
}

/** True or false; false without it, unless the fallback says otherwise. */
export function boolean({ fallback = false, ...options }: About & { fallback?: boolean }): Declared<boolean> {
  return {
    ...fallback ? { otherwise: "true" } : {},
    ...options,
    type: "boolean",
    becomes: "boolean",
    read: (field) => {
      if (typeof field.value === "boolean") return field.value;
      if (field.value !== undefined) refuse(field, describe(field.value), "Give true or false");
      return fallback;
    },
    show: (name, value) => row(name, String(value)),
  };
}

/** How to declare a command. */
export type CommandOptions = Omit<StringOptions, "wanted" | "check">;

const line = { wanted: 'a command such as "bin/shop start"', check: checkCommand };

/** A command: one line for `/bin/sh`. */
export function command(options: CommandOptions): Declared<string> {
  return string({ ...options, ...line });
}

/** A command that may be absent. */
export function optionalCommand(options: CommandOptions): Declared<string | undefined> {
  return optionalString({ ...options, ...line });
}

/** Commands, run one after another. */
export function commands(options: About): Declared<readonly string[]> {
  return {
    ...options,
    type: "string[]",
    becomes: "readonly string[]",
    read: readCommands,
    show: (name, values) => values.flatMap((value, index) => row(`${name}[${index}]`, value)),
  };
}

/** Packages. */
export function packages(
  options: About & { more?: (around: Around) => readonly string[] },
): Declared<readonly string[]> {
  const { more = () => [] } = options;
  return {
    ...options,
    type: "string[]",
    becomes: "readonly string[]",
    read: (field, around) => {
      const what = 'a list of names such as ["openssl"]';
      const names = readNames(field, what, 'a name such as "openssl"', checkPackage);
      return [...new Set([...more(around), ...names])];
    },
    show: (name, value) => row(name, listText(value)),
  };
}

/** A record with fields of its own. */
export function inner<F extends Fields>(
  declared: Shape<F>,
  options: Partial<About> = {},
): Declared<Values<F>> {
  return {
    text: declared.text,
    ...options,
    type: declared.name,
    form: "{ … }",
    becomes: "",
    records: [declared],
    read: (field, around) => readShape(declared, field, around),
    show: (name, value) => showFields(declared.fields, value, name),
  };
}

/** The same where it may be absent at the end. */
export function optionalInner<F extends Fields>(
  declared: Shape<F>,
  options: Partial<About> = {},
): Declared<Values<F> | undefined> {
  const whole = inner(declared, options);
  const rows = Object.entries(declared.fields).map(([name, { becomes }]) => `readonly ${name}: ${becomes}`);
  return {
    ...whole,
    becomes: `{ ${rows.join("; ")} } | undefined`,
    read: (field, around) => field.value === undefined ? undefined : whole.read(field, around),
    show: (name, value) => value === undefined ? [] : whole.show(name, value),
  };
}

/** One row; a value that is empty is a dash. */
export function row(name: string, value: string): readonly Row[] {
  return [[name, value === "" ? "-" : value]];
}

/** Reads a command. Its text is in no message: it may be confidential. */
export function readCommand(field: Field, options: { required?: boolean } = {}): string {
  return readText(field, { ...line, ...options });
}

/** Reads a list of commands. */
export function readCommands(field: Field): string[] {
  const items = list(field, "a list of commands") ?? [];
  return items.map((item) => readCommand(item, { required: true }));
}

/** Reads a list of texts that are all different. */
export function readNames(field: Field, what: string, wanted: string, check: Check<string>): string[] {
  const items = list(field, what) ?? [];
  const names = items.map((item) => readText(item, { wanted, required: true, check }));
  refuseTwins(items, names);
  return names;
}

function checkCommand(line: string): Complaint | undefined {
  if (line.trim() === "") return { problem: "it is blank", hint: "Give a command or leave it out" };
  if (/[\r\n]/.test(line)) {
    const hint = "Join the commands with && or put them into a script";
    return { problem: "it has more than one line", hint };
  }
  if (line.includes("\0")) return { problem: "it has a NUL character", hint: "Remove it" };
  return undefined;
}

/** Names and origins of packages. */
export const packageName = /^[A-Za-z0-9][A-Za-z0-9_.+,-]*(\/[A-Za-z0-9][A-Za-z0-9_.+-]*(@[a-z0-9_]+)?)?$/;

const checkPackage = matching(
  packageName,
  "is not a package",
  "Give its name as pkg search prints it, one per text",
);
