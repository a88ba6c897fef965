// The shape of data that was read from elsewhere: a file, a server's answer.

/**
 * A type by name; a pattern for a text; a list of one shape, or of exactly so many; a record. In a record, a name with `?` at its end
 * may be missing, `*` means all names, and names that are not there are allowed.
 */
export type Shape = "string" | "number" | "boolean" | RegExp | readonly Shape[] | {
  readonly [name: string]: Shape;
};

/**
 * Tells whether data has a shape. No number is infinite.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { hasShape } from "./shape.ts";
 *
 * assertEquals(hasShape({ name: "db", ports: [1] }, { name: /^\w+$/, ports: ["number"], "uid?": "number" }), true);
 * assertEquals(hasShape({ name: "db", ports: "1" }, { name: /^\w+$/, ports: ["number"], "uid?": "number" }), false);
 * ```
 */
export function hasShape(value: unknown, shape: Shape): boolean {
  if (shape instanceof RegExp) return typeof value === "string" && shape.test(value);
  if (shape === "string") return typeof value === "string";
  if (shape === "boolean") return typeof value === "boolean";
  if (shape === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null || Array.isArray(value) !== Array.isArray(shape)) {
    return false;
  }
  if (Array.isArray(shape)) return isList(value as readonly unknown[], shape);
  const record = value as Readonly<Record<string, unknown>>;
  return Object.entries(shape).every(([name, inner]) => {
    if (name === "*") return Object.values(record).every((one) => hasShape(one, inner));
    const key = name.replace(/\?$/, "");
    if (!Object.hasOwn(record, key)) return key !== name;
    return hasShape(record[key], inner);
  });
}

/** The value that a record itself has under a name; nothing of every object, such as `constructor`. */
export function named<T>(record: Readonly<Record<string, T>>, name: string | undefined): T | undefined {
  return name !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

function isList(values: readonly unknown[], shapes: readonly Shape[]): boolean {
  const [only = "string", ...more] = shapes;
  if (more.length === 0) return values.every((one) => hasShape(one, only));
  return values.length === shapes.length && shapes.every((shape, index) => hasShape(values[index], shape));
}
