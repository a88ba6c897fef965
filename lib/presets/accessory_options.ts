/**
 * Looking at options of accessories: what is wrong is told, not thrown, so that all of it can be said at once.
 *
 * @module
 */

import { isRecord } from "../config/field.ts";
import type { Problem } from "../core/error.ts";
import { isSecret, secret } from "../core/secret.ts";
import { isReference } from "../secrets/reference.ts";
import { didYouMean } from "../core/text.ts";

type Options = Readonly<Record<string, unknown>>;
type Check = (options: Options) => Problem[];

/** Says for each option that isn't known which one may be meant. */
export function known(names: readonly string[]): Check {
  return (options) =>
    Object.keys(options).filter((name) => !names.includes(name)).map((path) => ({
      path,
      problem: "there is no such field",
      hint: didYouMean(path, names),
    }));
}

/** An option must be there, be a text and look right. */
export function textOption(path: string, pattern: RegExp, how: { hint: string; optional?: boolean }): Check {
  return (options) => {
    const value = options[path];
    if (value === undefined) {
      return how.optional ? [] : [{ path, problem: "it is missing", hint: how.hint }];
    }
    if (typeof value === "string" && pattern.test(value)) return [];
    return [{ path, problem: `it is ${JSON.stringify(value) ?? typeof value}`, hint: how.hint }];
  };
}

/** A password: a secret, or a text that isn't empty. It is in no message. */
export function passwordOption(path: string): Check {
  const hint = 'Give a secret: secrets("NAME")';
  return (options) => {
    const value = options[path];
    if (value === undefined) return [{ path, problem: "it is missing", hint }];
    // A reference is checked once its value is known.
    if (isReference(value)) return [];
    if (!isSecret(value) && typeof value !== "string") {
      return [{ path, problem: `it is a ${typeof value}`, hint }];
    }
    const text = reveal(value);
    if (text === "") return [{ path, problem: "it is empty", hint }];
    return text.includes("\0") ? [{ path, problem: "it has a NUL character", hint }] : [];
  };
}

/** A number of a port. */
export function portOption(path: string): Check {
  return (options) => {
    const value = options[path];
    if (value === undefined || (Number.isInteger(value) && Number(value) > 0 && Number(value) < 65536)) {
      return [];
    }
    return [{
      path,
      problem: `it is ${JSON.stringify(value) ?? typeof value}`,
      hint: "Give a number from 1 to 65535",
    }];
  };
}

/**
 * A volume: a host directory, perhaps with the place that it has in the jail.
 *
 * @param place where it has to be in the jail
 */
export function volumeOption(path: string, place: string): Check {
  return (options) => {
    const value = options[path];
    const hint =
      `Give a host directory that outlives the jail, such as "/data/db": it is ${place} in the jail`;
    if (value === undefined) return [{ path, problem: "it is missing", hint }];
    if (typeof value !== "string" || !value.startsWith("/")) {
      return [{ path, problem: `it is ${JSON.stringify(value) ?? typeof value}`, hint }];
    }
    const [, jail, ...more] = value.split(":");
    if (more.length === 0 && (jail === undefined || jail === place)) return [];
    return [{ path, problem: `${jail} in the jail does not hold its data`, hint }];
  };
}

/** Settings that a user can't choose, and why. */
type Refused = readonly (readonly [name: string, hint: string])[];

/** Text and numbers by name, as a program's settings are. */
export function settingsOption(path: string, pattern: RegExp, refused: Refused): Check {
  return (options) => {
    const value = options[path];
    if (value === undefined) return [];
    if (!isRecord(value)) {
      return [{ path, problem: "it is not a record", hint: "Give a record of names and values" }];
    }
    return Object.entries(value).flatMap(([name, setting]) => {
      const own = `${path}.${name}`;
      if (!pattern.test(name)) {
        return [{ path: own, problem: "a setting cannot have this name", hint: "Look at its spelling" }];
      }
      const hint = refused.find(([other]) => other === name)?.[1];
      if (hint !== undefined) return [{ path: own, problem: "it is set by the program", hint }];
      const fits = ["number", "boolean"].includes(typeof setting) ||
        (typeof setting === "string" && !/[\0\r\n]/.test(setting));
      return fits
        ? []
        : [{ path: own, problem: "it is not a single line of text", hint: "Give a text or a number" }];
    });
  };
}

/** All that is wrong by several checks. */
export function every(...checks: readonly Check[]): Check {
  return (options) => checks.flatMap((check) => check(options));
}

/** A password given as plain text, so that it is never printed; what is none is left for the check. */
export function hidden(value: unknown): unknown {
  return typeof value === "string" && value !== "" ? secret(value) : value;
}

/** A text of a value that may be a secret. */
export function reveal(value: unknown): string {
  return isSecret(value) ? value.reveal() : String(value);
}
