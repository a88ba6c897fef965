// The options that `postgresql()` and `redis()` share, and checks of options: what is wrong is told, not thrown, so that all
// of it can be said at once.

import { isRecord } from "../core/kind.ts";
import type { Complaint } from "../config/field/field.ts";
import type { UserAccessory } from "../config/field/types.ts";
import type { Problem } from "../core/error.ts";
import { isSecret, type Secret, secret } from "../core/secret.ts";
import { named } from "../core/shape.ts";
import { isReference } from "../secrets/reference.ts";
import { didYouMean } from "../core/text.ts";

/** What `postgresql()` and `redis()` are told. */
export interface AccessoryOptions {
  /** The password that the app connects with; best as a secret. */
  readonly password: string | Secret;
  /**
   * The host directory that holds its data, such as `"/data/db"`. Redis may go without one; nothing outlives a restart of its
   * jail then.
   */
  readonly volume?: string;
  /** The port. Default: 5432 for PostgreSQL, 6379 for Redis. */
  readonly port?: number;
  /** Settings of its configuration file: `{ max_connections: 200 }`, `{ "maxmemory-policy": "allkeys-lru" }`. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  /** With several servers: the one that it runs on, or `"all"`. */
  readonly server?: string;
}

/** The fields of an accessory that these options make. */
export function fieldsOf(
  options: AccessoryOptions,
  usualPort: number,
): Pick<UserAccessory, "server" | "ports" | "options"> {
  const { port = usualPort, server, password } = options;
  // A password given as plain text is hidden, so that it is never printed; one that isn't right is left for the check.
  const hidden = typeof password === "string" && password !== "" ? secret(password) : password;
  return {
    ...(server === undefined ? {} : { server }),
    ports: [port],
    options: { ...options, password: hidden },
  };
}

type Options = Readonly<Record<string, unknown>>;
/** Looks at an option. */
type Look = (value: unknown, path: string) => Problem[];

/** A check of options by their names; there are no others. */
export function checks(looks: Readonly<Record<string, Look>>): (options: Options) => Problem[] {
  const names = Object.keys(looks);
  return (options) => {
    const strangers = Object.keys(options).filter((name) => !names.includes(name));
    return [
      ...strangers.map((path) => ({
        path,
        problem: "there is no such field",
        hint: didYouMean(path, names),
      })),
      ...Object.entries(looks).flatMap(([path, look]) => look(options[path], path)),
    ];
  };
}

function single(look: (value: unknown) => Complaint | undefined): Look {
  return (value, path) => {
    const complaint = look(value);
    return complaint === undefined ? [] : [{ path, ...complaint }];
  };
}

function unfit(value: unknown, hint: string): Complaint {
  return { problem: `it is ${JSON.stringify(value) ?? typeof value}`, hint };
}

/** An option that is checked as a field of the accessory. */
export const anything: Look = () => [];

/** A text that looks right. */
export function text(pattern: RegExp, hint: string, { optional = false } = {}): Look {
  return single((value) => {
    if (value === undefined) return optional ? undefined : { problem: "it is missing", hint };
    return typeof value === "string" && pattern.test(value) ? undefined : unfit(value, hint);
  });
}

/** A list of texts that look right. */
export function texts(pattern: RegExp, hint: string): Look {
  return (value, path) => {
    if (value === undefined) return [];
    if (!Array.isArray(value)) return [{ path, ...unfit(value, hint) }];
    return value.flatMap((one, index) => text(pattern, hint)(one, `${path}[${index}]`));
  };
}

/** A password: a secret, or a text that isn't empty. Its text is in no message. */
export const password: Look = single((value) => {
  const hint = 'Give a secret: secrets("NAME")';
  if (value === undefined) return { problem: "it is missing", hint };
  // A reference is checked once its value is known.
  if (isReference(value)) return undefined;
  if (!isSecret(value) && typeof value !== "string") return { problem: `it is a ${typeof value}`, hint };
  const text = reveal(value);
  if (text === "") return { problem: "it is empty", hint };
  return text.includes("\0") ? { problem: "it has a NUL character", hint } : undefined;
});

/** The number of a port. */
export const port: Look = single((value) => {
  const fits = Number.isInteger(value) && Number(value) > 0 && Number(value) < 65536;
  return value === undefined || fits ? undefined : unfit(value, "Give a number from 1 to 65535");
});

/**
 * A volume: a host directory, perhaps with its place in the jail.
 *
 * @param place where it has to be in the jail
 */
export function volume(place: string, { optional = false } = {}): Look {
  const hint = `Give a host directory that outlives the jail, such as "/data/db": it is ${place} in the jail`;
  return single((value) => {
    if (value === undefined) return optional ? undefined : { problem: "it is missing", hint };
    if (typeof value !== "string" || !value.startsWith("/")) return unfit(value, hint);
    const [, jail, ...more] = value.split(":");
    if (more.length === 0 && (jail === undefined || jail === place)) return undefined;
    return { problem: `${jail} in the jail does not hold its data`, hint };
  });
}

/**
 * Text and numbers by name, as a program's settings are.
 *
 * @param refused the settings that a user can't choose, and why
 */
export function settings(pattern: RegExp, refused: Readonly<Record<string, string>>): Look {
  const look = (name: string, setting: unknown): Complaint | undefined => {
    if (!pattern.test(name)) {
      return { problem: "a setting cannot have this name", hint: "Look at its spelling" };
    }
    const hint = named(refused, name);
    if (hint !== undefined) return { problem: "it is set by the program", hint };
    const fits = ["number", "boolean"].includes(typeof setting) ||
      (typeof setting === "string" && !/[\0\r\n]/.test(setting));
    return fits ? undefined : { problem: "it is not a single line of text", hint: "Give a text or a number" };
  };
  return (value, path) => {
    if (value === undefined) return [];
    if (!isRecord(value)) {
      return [{ path, problem: "it is not a record", hint: "Give a record of names and values" }];
    }
    return Object.entries(value).flatMap(([name, setting]) =>
      single(() => look(name, setting))(setting, `${path}.${name}`)
    );
  };
}

/** A text of a value that may be a secret. */
export function reveal(value: unknown): string {
  return isSecret(value) ? value.reveal() : String(value);
}
