// Secrets that are named before they are known: values are read when a task needs them, and only then.

import { AlcaideError } from "../core/error.ts";
import { isSecret, type Secret, secret } from "../core/secret.ts";

const referenceSymbol = Symbol.for("alcaide.secret.reference");
const rawSymbol = Symbol.for("alcaide.secret.raw");

/** Another file or key than the usual ones; paths start at the Alcaidefile's directory. */
export interface SecretsOptions {
  /** The encrypted file. Default: `alcaide.secrets`, with `-e staging` `alcaide.staging.secrets`. */
  readonly file?: string;
  /** The file with its key. Default: `.alcaide/master.key`, with `-e staging` `.alcaide/staging.key`. */
  readonly key?: string;
  /** A command that prints the key. Default: what the configuration's `keyCommand` says. */
  readonly keyCommand?: string;
}

/** A name in an encrypted file. */
export interface Lookup {
  readonly name: string;
  /** The file, where it isn't the usual one. */
  readonly from: SecretsOptions;
  /** The function that changes its value. Default: it stays as it is. */
  readonly encode?: (value: string) => string;
}

/** A piece of a text: what was written, a value that is known, or one that is still to be looked up. */
export type SecretPart = string | Secret | Lookup;

/** A secret of which only the name is known. */
export interface Reference extends Secret {
  /** A function, so that whatever prints an object's properties finds no text. */
  readonly [referenceSymbol]: () => readonly SecretPart[];
}

/** Makes a secret that is looked up later. */
export function reference(name: string, from: SecretsOptions = {}): Secret {
  return composed([{ name, from }]);
}

/** Tells whether a secret's value isn't known yet. */
export function isReference(value: unknown): value is Reference {
  return isSecret(value) && referenceSymbol in value;
}

/** The parts of a secret: itself when it is known. */
function partsOf(value: Secret): readonly SecretPart[] {
  return isReference(value) ? value[referenceSymbol]() : [value];
}

/** The names to look up for a secret; none when it is known. */
export function lookupsOf(value: Secret): Lookup[] {
  return partsOf(value).filter(isLookup);
}

function isLookup(part: SecretPart): part is Lookup {
  return typeof part !== "string" && !isSecret(part);
}

/** The secret with its value; one that is known stays as it is. */
export function resolved(value: Secret, find: (lookup: Lookup) => string): Secret {
  return isReference(value) ? joined(partsOf(value), find) : value;
}

function joined(parts: readonly SecretPart[], find: (lookup: Lookup) => string): Secret {
  const texts = parts.map((part) =>
    isLookup(part) ? encoded(part, find(part)) : isSecret(part) ? part.reveal() : part
  );
  return secret(texts.join(""));
}

function encoded({ encode }: Lookup, value: string): string {
  return encode === undefined ? value : encode(value);
}

/**
 * A text with secrets in it, which is a secret itself. Texts and numbers stand in it as they are. For a URL there is
 * {@linkcode secretUrl}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { secret, secretText } from "alcaide";
 *
 * const line = secretText`*:*:shop:${secret("hunter2")}`;
 * assertEquals(`${line}`, "[secret]");
 * assertEquals(line.reveal(), "*:*:shop:hunter2");
 * ```
 */
export function secretText(
  strings: TemplateStringsArray,
  ...values: readonly (string | number | Secret)[]
): Secret {
  const made = compose(strings, values, (parts) => parts);
  // As in scheme://user:PASSWORD@host: there, some characters make another URL of it.
  const form = strings.map((text, index) => `${text}${isSecret(values[index]) ? "\0" : values[index] ?? ""}`);
  const raw = /:\/\/[^/?#@\s]*\0[^/?#@\s]*@/.test(form.join("")) || values.some(isRaw);
  return raw ? Object.freeze({ ...made, [rawSymbol]: true }) : made;
}

/**
 * A URL with secrets in it, which is a secret itself. Each value is percent-encoded, so that a password may have any
 * characters: `@`, `/`, `#`, `%`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { secret, secretUrl } from "alcaide";
 *
 * const url = secretUrl`ecto://shop:${secret("p@ss/word")}@db/shop`;
 * assertEquals(`${url}`, "[secret]");
 * assertEquals(url.reveal(), "ecto://shop:p%40ss%2Fword@db/shop");
 * ```
 */
export function secretUrl(
  strings: TemplateStringsArray,
  ...values: readonly (string | number | Secret)[]
): Secret {
  return compose(strings, values, (parts) => parts.map(percentEncoded));
}

function percentEncoded(part: SecretPart): SecretPart {
  if (typeof part === "string") return encodeURIComponent(part);
  if (isSecret(part)) return secret(encodeURIComponent(part.reveal()));
  return { ...part, encode: (value) => encodeURIComponent(encoded(part, value)) };
}

function compose(
  strings: TemplateStringsArray,
  values: readonly unknown[],
  change: (parts: readonly SecretPart[]) => readonly SecretPart[],
): Secret {
  const parts = strings.flatMap((text, index): readonly SecretPart[] =>
    index === values.length ? [text] : [text, ...change(partsOfValue(values[index], index + 1))]
  );
  return parts.some(isLookup) ? composed(parts) : joined(parts, () => "");
}

function partsOfValue(value: unknown, position: number): readonly SecretPart[] {
  if (isSecret(value)) return partsOf(value);
  if (typeof value === "string" || Number.isFinite(value)) return [`${value}`];
  const what = value instanceof Promise ? "it is a promise, await it first" : `it is ${value}`;
  throw new TypeError(`Cannot use value ${position} in a secret text: ${what}`);
}

function composed(parts: readonly SecretPart[]): Secret {
  const names = parts.filter(isLookup).map(({ name }) => name);
  const unknown = {
    ...secret(""),
    reveal: () => {
      throw new AlcaideError(`Cannot reveal the secret "${names[0]}": it is still only a reference`, {
        hint: 'In a task, read it by "await ctx.secrets.load()", or call "await withSecrets(ctx)" first; ' +
          "to put it into a longer text, use secretText`…` or secretUrl`…`",
      });
    },
    [referenceSymbol]: () => parts,
  };
  return Object.freeze(unknown);
}

/** A secret somewhere in a value, and where. */
export interface Referenced {
  /** `env.DATABASE_URL`, `tls.key`. */
  readonly path: string;
  readonly secret: Secret;
}

function isRaw(value: unknown): boolean {
  return isSecret(value) && rawSymbol in value;
}

/** All secrets in a value, at whatever depth. */
function secretsIn(value: unknown, path = ""): Referenced[] {
  if (isSecret(value)) return [{ path, secret: value }];
  return entriesOf(value).flatMap(([key, inner]) => secretsIn(inner, pathOf(path, key, value)));
}

/** All references in a value, at whatever depth. */
export function referencesIn(value: unknown): Referenced[] {
  return secretsIn(value).filter(({ secret }) => isReference(secret));
}

/** The texts of all secrets in a value that are known. */
export function knownTexts(value: unknown): string[] {
  return secretsIn(value).flatMap(({ secret }) => isReference(secret) ? [] : [secret.reveal()]);
}

/** The paths of URLs by `secretText` that have a secret before the `@`, which nobody encodes. */
export function rawUrlsIn(value: unknown): string[] {
  return secretsIn(value).filter(({ secret }) => isRaw(secret)).map(({ path }) => path);
}

/** The value with all references in it resolved; parts that hold none stay the same objects. */
export function resolveAll<T>(value: T, find: (lookup: Lookup) => string): T {
  if (isSecret(value)) return resolved(value, find) as T;
  if (referencesIn(value).length === 0) return value;
  if (Array.isArray(value)) return Object.freeze(value.map((inner) => resolveAll(inner, find))) as T;
  const entries = entriesOf(value).map(([key, inner]) => [key, resolveAll(inner, find)]);
  return Object.freeze(Object.fromEntries(entries)) as T;
}

/** Only lists and plain records are looked into. */
function entriesOf(value: unknown): [string, unknown][] {
  if (typeof value !== "object" || value === null) return [];
  const kind = Object.getPrototypeOf(value);
  return Array.isArray(value) || kind === Object.prototype || kind === null ? Object.entries(value) : [];
}

function pathOf(path: string, key: string, parent: unknown): string {
  if (Array.isArray(parent)) return `${path}[${key}]`;
  return path === "" ? key : `${path}.${key}`;
}
