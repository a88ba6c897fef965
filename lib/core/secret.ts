// Text that never prints.

const secretSymbol = Symbol.for("alcaide.secret");

/** A text that shows as `[secret]` wherever it is printed, logged, inspected or turned into JSON. */
export interface Secret {
  /** The text itself. Give it only to what must have it. */
  reveal(): string;
}

/**
 * Wraps a text so that it can't be printed by accident.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { secret } from "alcaide";
 *
 * const password = secret("hunter2");
 * assertEquals(`${password}`, "[secret]");
 * assertEquals(JSON.stringify({ password }), '{"password":"[secret]"}');
 * assertEquals(password.reveal(), "hunter2");
 * ```
 */
export function secret(text: string): Secret {
  const mask = () => "[secret]";
  return Object.freeze({
    reveal: () => text,
    toString: mask,
    toJSON: mask,
    [Symbol.toPrimitive]: mask,
    [Symbol.for("Deno.customInspect")]: mask,
    [Symbol.for("nodejs.util.inspect.custom")]: mask,
    [secretSymbol]: true,
  });
}

/** Tells whether a value is a secret, also one made by another copy of this library. */
export function isSecret(value: unknown): value is Secret {
  return typeof value === "object" && value !== null && secretSymbol in value;
}
