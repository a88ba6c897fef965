/**
 * Names of apps: jails, directories and users on the server are called after them.
 *
 * @module
 */

import { type Complaint, shorten } from "./field.ts";
import { string } from "./kinds.ts";
import type { Declared } from "./schema.ts";

/** The field `app`. */
export const app: Declared<string> = string({
  text:
    "Name of the app: small letters, digits and `_`, beginning with a letter. Its jails are called after it.",
  required: true,
  wanted: 'a text such as "shop"',
  check: checkAppName,
});

/** Looks whether a text can name an app, its jails and what belongs to them. */
function checkAppName(name: string): Complaint | undefined {
  const proposed = appName(name);
  if (!/^[a-z][a-z0-9_]*$/.test(name)) {
    return {
      problem: `${shorten(name)} isn't only small letters, digits and underscores, beginning with a letter`,
      hint: proposed === undefined ? 'Give a name such as "shop"' : `Write ${shorten(proposed)}`,
    };
  }
  if (name.length > 30) {
    return { problem: `${shorten(name)} is longer than 30 characters`, hint: "Shorten it" };
  }
  const ending = /_(blue|green|build)$/.exec(name)?.[0];
  if (ending === undefined) return undefined;
  return { problem: `${shorten(name)} ends like the name of a jail`, hint: `Leave out "${ending}"` };
}

/** The nearest valid app name to a text, such as a directory's name; undefined when nothing is left of it. */
export function appName(name: string): string | undefined {
  const plain = name.normalize("NFKD").toLowerCase().replace(/\p{M}/gu, "").replace(/[^a-z0-9]+/g, "_");
  const short = plain.replace(/^[^a-z]+/, "").slice(0, 30).replace(/(_(blue|green|build))*_*$/, "");
  return short === "" ? undefined : short;
}
